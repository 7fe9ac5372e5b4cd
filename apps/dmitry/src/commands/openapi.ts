import type { Command } from '../cli/command.ts';
import { EXIT } from '../cli/faults.ts';

export const openapiCommand: Command = {
  name: 'openapi',
  summary: "The OpenAPI document of the gateway's routes.",
  usage: '',
  operands: { min: 0, max: 0 },
  options: {},
  async run(context) {
    // loaded here, so that no other command waits for an HTTP server and a database
    const { gatewayDocument } = await import('../documents/gateway-document.ts');
    await context.print(JSON.stringify(await gatewayDocument(context.io), null, 2));
    return EXIT.yes;
  },
};
