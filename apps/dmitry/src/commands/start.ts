import type { Command } from '../cli/command.ts';

export const startCommand: Command = {
  name: 'start',
  summary: 'Serve gateway and orchestrator in one process, until Ctrl-C or SIGTERM.',
  usage: '',
  operands: { min: 0, max: 0 },
  options: {
    port: {
      kind: 'count',
      value: 'N',
      summary: 'Port of the gateway; 0 takes a free one. By default DMITRY_PORT, or 8765.',
    },
  },
  details: `
Real services instead of embedded ones, each by its variable: DATABASE_URL, KAFKA_BROKERS and REDIS_URL; PLATFORM_URL, PDRI_URL and
AEGIS_URL together; LLM_BASE_URL with LLM_MODEL. The settings of gateway and orchestrator count here too; keys that the environment does
not name are those of the data folder. It listens on 127.0.0.1. Outside production it prints a token for trying things out.`,
  async run(context) {
    const { serve } = await import('../host/serve.ts');
    return serve(context);
  },
};
