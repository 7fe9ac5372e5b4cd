import type { OptionTable } from './command.ts';

/** Options that make a run the same every time, down to keys, salts and times. */
export const SIMULATION_OPTIONS = {
  seed: {
    kind: 'text',
    value: 'TEXT',
    summary: 'Keys, salts and ids come from this text: for comparing runs, never for real data.',
  },
  now: {
    kind: 'text',
    value: 'TIME',
    summary:
      'A simulated clock starts at this time (UTC) and advances when nothing else is left to do; jobs go one after another.',
  },
} as const satisfies OptionTable;
