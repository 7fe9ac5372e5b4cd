import type { Command } from '../cli/command.ts';

export const startCommand: Command = {
  name: 'start',
  summary: 'Serve gateway and orchestrator in one process on embedded defaults, until Ctrl-C or SIGTERM.',
  usage: '',
  operands: { min: 0, max: 0 },
  options: {
    port: {
      kind: 'count',
      value: 'N',
      summary: 'Port of the gateway; 0 takes a free one. By default 8765.',
    },
  },
  details: `
Real services instead of embedded ones: PLATFORM_URL, PDRI_URL and AEGIS_URL together; LLM_BASE_URL with LLM_MODEL.
Outside production it prints a token for trying things out.`,
  async run(context) {
    const { serve } = await import('../host/serve.ts');
    return serve(context);
  },
};
