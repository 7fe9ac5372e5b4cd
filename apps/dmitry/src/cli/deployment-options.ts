import type { OptionTable } from './command.ts';

/** Options of a command that talks to a deployment. */
export const DEPLOYMENT_OPTIONS = {
  url: { kind: 'text', value: 'URL', summary: 'The gateway (DMITRY_URL; by default http://127.0.0.1:8765).' },
  token: { kind: 'text', value: 'TOKEN', summary: 'Bearer token (DMITRY_TOKEN, which shows in no list of processes).' },
} as const satisfies OptionTable;
