import { existsSync } from 'node:fs';
import type { Command } from '../cli/command.ts';
import { EXIT } from '../cli/faults.ts';
import { table } from '../cli/layout.ts';
import type { Diagnosis } from '../host/diagnose.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Each dependency: whether it answers, its version, what is missing and how to mend it.',
  usage: '',
  operands: { min: 0, max: 0 },
  options: {},
  details: `
Looks at what the environment names (DATABASE_URL, REDIS_URL, KAFKA_BROKERS, PLATFORM_URL, PDRI_URL, AEGIS_URL, LLM_BASE_URL); what is not
named is embedded. Exit code 3 when something that is named does not answer.`,
  async run(context) {
    const { diagnose } = await import('../host/diagnose.ts');
    const found = await diagnose(context, existsSync(context.home));
    await context.answer(found, () => table(['what', 'mode', 'state', 'detail', 'how to mend it'], found.map(rowOf)));
    return found.some(({ state }) => state === 'down') ? EXIT.unavailable : EXIT.yes;
  },
};

const rowOf = ({ what, mode, state, detail, remedy }: Diagnosis): readonly string[] => [
  what,
  mode,
  state,
  detail,
  remedy,
];
