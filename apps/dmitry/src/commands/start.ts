import { mkdirSync } from 'node:fs';
import type { Command } from '../cli/command.ts';
import { EXIT } from '../cli/faults.ts';
import { pairs } from '../cli/layout.ts';
import { openEmbedded } from '../host/open.ts';
import { developmentToken, untilStopped } from '../host/person.ts';

const DEFAULT_PORT = 8765;
const IDLE_MS = 5_000;

export const startCommand: Command = {
  name: 'start',
  summary: 'Serve gateway and orchestrator in one process on embedded defaults, until Ctrl-C or SIGTERM.',
  usage: '',
  operands: { min: 0, max: 0 },
  options: {
    port: {
      kind: 'count',
      value: 'N',
      summary: `Port of the gateway; 0 takes a free one. By default ${DEFAULT_PORT}.`,
    },
  },
  details: `
Real services instead of embedded ones: PLATFORM_URL, PDRI_URL and AEGIS_URL together; LLM_BASE_URL with LLM_MODEL.
Outside production it prints a token for trying things out.`,
  async run(context) {
    mkdirSync(context.home, { recursive: true });
    const { embedded, home, log } = await openEmbedded(context, {
      folder: context.home,
      port: context.count('port') ?? DEFAULT_PORT,
      idleMs: IDLE_MS,
    });
    try {
      const simulator = embedded.simulator?.url;
      const token = context.env['NODE_ENV'] === 'production' ? null : await developmentToken(context, home);
      const answer = { gateway: embedded.url, ...(simulator ? { simulator } : {}), log, ...(token ? { token } : {}) };
      await context.answer(answer, () => pairs(Object.entries(answer)));
      await untilStopped(context);
      await context.note('stopping');
      return EXIT.yes;
    } finally {
      await embedded.close();
    }
  },
};
