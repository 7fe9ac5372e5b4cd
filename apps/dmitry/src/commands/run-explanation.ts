import { Decision, LedgerEntry, type Run } from '@dmitry/contracts';
import { type Static, Type } from 'typebox';
import { answered, listed } from '../cli/answered.ts';
import type { CommandContext } from '../cli/context.ts';
import { pairs, table } from '../cli/layout.ts';

/** Entries of one run are few: its intents and outcomes, and those of its probes. */
const MOST_ENTRIES = 1_000;
const Listed = Type.Object({ entry: LedgerEntry });

/** A run with what allowed it and what the ledger holds of it, by time. */
export interface RunExplanation {
  readonly run: Run;
  readonly decision: Decision;
  readonly entries: readonly Static<typeof LedgerEntry>[];
}

export async function explanationOf(context: CommandContext, run: Run): Promise<RunExplanation> {
  const path = `/v1/actions/${encodeURIComponent(run.decision_id)}`;
  const decision = await answered(context, Decision, { method: 'GET', path, operation: 'actions.get' });
  const call = { path: '/v1/ledger/entries', query: { run: run.id }, operation: 'ledger.entries' };
  const found = await listed(context, Listed, call, MOST_ENTRIES);
  const entries = found.map(({ entry }) => entry).sort((a, b) => (a.id < b.id ? -1 : 1)); // ids are ordered by time
  return { run, decision, entries };
}

export function explanationText({ decision, entries }: RunExplanation): string {
  const { verdict, reasons, policy, evidence, approvals, confidence, blast_radius: radius } = decision;
  return [
    pairs([
      ['verdict', `${verdict} at ${decision.decided_at} under policy ${policy.version}`],
      ...reasons.map(({ code, message }) => ['because', `${message} (${code})`] as const),
      ['confidence', `${confidence.effective} (claimed ${confidence.claimed}, supported ${confidence.supported})`],
      ['blast radius', `${radius.class}, ${radius.entities} entities`],
      ['evidence', evidence.join(', ') || 'none'],
      ['approvals', approvals.join(', ') || 'none'],
    ]),
    entries.length === 0
      ? 'the ledger holds nothing of it yet'
      : table(
          ['entry', 'time', 'type', 'facts'],
          entries.map(({ id, time, type, facts }) => [id, time, type, JSON.stringify(facts)]),
        ),
  ].join('\n\n');
}
