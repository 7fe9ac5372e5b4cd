import { SCHEMA_NAMES, schemaDocument } from '@dmitry/contracts';
import type { Command } from '../cli/command.ts';
import { CallFault, EXIT } from '../cli/faults.ts';
import { suggestion } from '../cli/suggest.ts';

export const schemaCommand: Command = {
  name: 'schema',
  summary: 'The JSON Schema of a type that crosses a wire.',
  usage: 'NAME',
  operands: { min: 1, max: 1 },
  options: {},
  details: `Names: ${SCHEMA_NAMES.join(', ')}.`,
  async run(context) {
    const name = context.args[0] ?? '';
    const document = schemaDocument(name);
    if (!document) {
      const names = SCHEMA_NAMES.join(', ');
      throw new CallFault(`there is no schema "${name}".${suggestion(name, SCHEMA_NAMES)} There are ${names}.`);
    }
    await context.print(JSON.stringify(document, null, 2));
    return EXIT.yes;
  },
};
