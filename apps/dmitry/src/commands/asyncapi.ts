import { asyncApiDocument } from '@dmitry/contracts';
import type { Command } from '../cli/command.ts';
import { EXIT } from '../cli/faults.ts';
import { version } from '../cli/version.ts';

export const asyncapiCommand: Command = {
  name: 'asyncapi',
  summary: 'The AsyncAPI document of every topic.',
  usage: '',
  operands: { min: 0, max: 0 },
  options: {},
  async run(context) {
    await context.print(JSON.stringify(asyncApiDocument(version()), null, 2));
    return EXIT.yes;
  },
};
