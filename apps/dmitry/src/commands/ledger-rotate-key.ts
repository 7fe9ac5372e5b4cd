import type { Command } from '../cli/command.ts';
import { EXIT } from '../cli/faults.ts';
import { pairs } from '../cli/layout.ts';

export const ledgerRotateKeyCommand: Command = {
  name: 'ledger rotate-key',
  summary: 'Change the keys that sign the logs, without a gap.',
  usage: '',
  operands: { min: 0, max: 0 },
  options: {
    finish: {
      kind: 'flag',
      summary: 'Second step: the old keys sign no more. Every trust file must name the new ones by then.',
    },
  },
  details: `
First step: a new seed, and every checkpoint from the next start on is signed with the old and the new keys. Give the new verifier keys to
whoever holds a trust file or a witness; old ones stay in trust files for as long as older bundles are shown. Second step: --finish.
In a data folder (--home) the seeds are changed there. Where DMITRY_SIGNER_SEED is set, nothing is changed: the answer is what to set.

--json: {step: "both"|"new", keys: [{origin, retiring?, current}], variables?: {NAME: value}}`,
  async run(context) {
    const { rotateKey } = await import('../host/rotate-key.ts');
    const answer = rotateKey(context, context.flag('finish'));
    await context.answer(answer, () => {
      const { step, keys, variables = {} } = answer;
      const what =
        step === 'both' ? 'both keys sign from the next start on' : 'only the new keys sign from the next start on';
      return [
        what,
        pairs(Object.entries(variables)),
        ...keys.flatMap(({ retiring, current }) => [
          ...(retiring === undefined ? [] : [`old  log ${retiring}`]),
          `new  log ${current}`,
        ]),
      ]
        .filter(Boolean)
        .join('\n');
    });
    return EXIT.yes;
  },
};
