import type { VerifyReport } from '@dmitry/contracts';
import { replayDecisions } from '@dmitry/safety-gate';
import { verifyBundle } from '@dmitry/trust-ledger';
import type { Command } from '../cli/command.ts';
import { EXIT } from '../cli/faults.ts';
import { readDocument, readJson, readText } from '../cli/input.ts';
import { indented, pairs, printable } from '../cli/layout.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Verify proof bundles, offline.',
  usage: 'BUNDLE…',
  operands: { min: 1, max: Infinity },
  options: {
    trust: {
      kind: 'text',
      value: 'FILE',
      summary: 'Whom to believe. Without it the answer is no: a bundle can only be consistent with itself.',
    },
    since: {
      kind: 'list',
      value: 'CHECKPOINT',
      summary: 'A checkpoint known from before: the log must lead on from it.',
    },
    complete: {
      kind: 'flag',
      summary: 'Demand every entry under the checkpoint: a part of a log proves nothing of what it leaves out.',
    },
    'minimum-index': { kind: 'count', value: 'N', summary: 'With --complete: the log is known to be pruned below N.' },
  },
  details: `
--json: {ok, verdicts: {bytes, inclusion, consistency, witnessed, signer, session, replay: "pass"|"fail"|"not_checked"},
faults: [{code, where, message}], covered: {entries, size}}; of several bundles one a line, each with its path.`,
  async run(context) {
    const { io } = context;
    const trustFile = context.text('trust');
    const trust = trustFile === undefined ? undefined : await readJson(trustFile, io);
    const complete = context.flag('complete');
    const minimumIndex = context.count('minimum-index') ?? 0;
    const since: string[] = [];
    for (const path of context.texts('since')) since.push(await readText(path, io));
    let ok = true;
    for (const path of context.args) {
      const report = verifyBundle(await readDocument(path, io), {
        trust,
        since,
        complete,
        minimumIndex,
        replay: replayDecisions,
      });
      ok &&= report.ok;
      const answer = context.args.length > 1 ? { path, ...report } : report;
      await context.answer(answer, () => reportText(path, report, trustFile !== undefined));
    }
    return ok ? EXIT.yes : EXIT.no;
  },
};

function reportText(path: string, { ok, verdicts, faults, covered }: VerifyReport, trusted: boolean): string {
  const answer = ok ? 'verified' : trusted ? 'NOT verified' : 'NOT verified: self-consistent at best, no trust file';
  const lines = [
    ...(covered ? [`holds ${covered.entries} of the ${covered.size} entries of the log`] : []),
    pairs(Object.entries(verdicts).map(([name, verdict]) => [name, verdict.replace('_', ' ')] as const)),
    ...faults.map(({ code, where, message }) => printable(`${code} at ${where}: ${message}`)),
  ];
  return `${printable(path)}: ${answer}\n${indented(lines.join('\n'))}`;
}
