import { entityKey } from '@dmitry/contracts';
import { type CorrelationEvent, correlationEvent, type FindingDraft } from '@dmitry/correlation';
import { normalise, type NormalisedEvent, type NormaliseFault } from '@dmitry/normalise';
import type { Tx } from '@dmitry/storage';
import { CompactTree, leafHash, type LedgerSession } from '@dmitry/trust-ledger';
import type { KeptEvent } from './event-store.port.ts';
import type { FoundFinding } from './finding-store.port.ts';
import { ENRICH_KEY, JOB_KINDS, patienceOf, type PipelineOptions } from './pipeline-options.ts';
import { findingRevised } from './publish.ts';

/** A record as it came in, already parsed. */
export interface IncomingEvent {
  readonly record: unknown;
  /** A format of `@dmitry/normalise`. @default 'auto' */
  readonly format?: string;
  /** Names the source where the record does not. */
  readonly source?: string;
  /** Number of the record in its input, where it has one. */
  readonly index?: number;
}

/** What became of one record; `eventId` as its source names it. */
export type RecordOutcome =
  | { readonly status: 'accepted' | 'duplicate' | 'conflict'; readonly source: string; readonly eventId: string }
  | { readonly status: 'refused'; readonly faults: readonly NormaliseFault[] };

/** What else belongs into the transaction that accepts the events: offsets, dead letters. */
export type AlsoInTransaction = (tx: Tx, outcomes: readonly RecordOutcome[]) => Promise<void>;

interface Prepared {
  readonly kept: KeptEvent;
  readonly correlation: CorrelationEvent;
}

/** Entities of a finding that its evidence is known to be about. */
const MAX_SUBJECTS = 256;

/** tx 1 of DESIGN.md 5: inbox, event, correlator state, unscored findings with their evidence, an enrich job: one commit. */
export class EventRecorder {
  constructor(private readonly options: PipelineOptions) {}

  /**
   * Accepts records for a tenant. An event is acknowledged when this resolves. Redelivered events are duplicates; an event of the
   * same source and id with other content is a conflict, kept and shown, never folded.
   */
  async record(
    tenant: string,
    records: readonly IncomingEvent[],
    also?: AlsoInTransaction,
  ): Promise<readonly RecordOutcome[]> {
    const { database, ledger, clock } = this.options;
    const receivedMs = clock.now();
    const prepared = records.map((each) => prepare(tenant, each, receivedMs));
    const session = await ledger.openSession(tenant, { kind: 'system', name: 'ingest' });
    try {
      const outcomes = await database.tenant(tenant, async (tx) => {
        const outcomes = await this.#accept(tx, prepared);
        const fresh = prepared.filter(
          (each, at): each is Prepared => 'kept' in each && outcomes[at]?.status === 'accepted',
        );
        await this.#fold(tx, session, fresh);
        await also?.(tx, outcomes);
        return outcomes;
      });
      const accepted = records.filter((_, at) => outcomes[at]?.status === 'accepted');
      if (accepted.length > 0) this.options.onAccepted?.(tenant, accepted);
      return outcomes;
    } finally {
      await session.seal();
    }
  }

  async #accept(tx: Tx, prepared: readonly (Prepared | Refused)[]): Promise<RecordOutcome[]> {
    const kept = prepared.flatMap((each) => ('kept' in each ? [each.kept] : []));
    const seen = (await this.options.inbox.acceptAll(tx, kept)).values();
    return prepared.map((each): RecordOutcome => {
      if ('faults' in each) return { status: 'refused', faults: each.faults };
      const outcome = seen.next().value;
      const { source, id: eventId } = each.kept;
      return { status: outcome === 'new' ? 'accepted' : (outcome ?? 'duplicate'), source, eventId };
    });
  }

  async #fold(tx: Tx, session: LedgerSession, fresh: readonly Prepared[]): Promise<void> {
    if (fresh.length === 0) return;
    const { events, correlator, findings, jobs, clock, outbox } = this.options;
    await events.put(
      tx,
      fresh.map(({ kept }) => kept),
    );
    const { findings: drafts, retracted } = await correlator.fold(
      tx,
      fresh.map(({ correlation }) => correlation),
    );
    const found = await this.#withEvidence(tx, session, drafts);
    const changed = [...(await findings.put(tx, found)), ...(await findings.retract(tx, retracted))];
    if (changed.length === 0) return;
    for (const finding of changed) await outbox.enqueue(tx, findingRevised(finding));
    await jobs.schedule(tx, JOB_KINDS.enrich, ENRICH_KEY, clock.now() + patienceOf(this.options).idleMs);
  }

  /** Each finding rests on an entry that commits to its events: their number and the RFC 6962 root over their digests. */
  async #withEvidence(
    tx: Tx,
    session: LedgerSession,
    drafts: readonly FindingDraft[],
  ): Promise<readonly FoundFinding[]> {
    if (drafts.length === 0) return [];
    const roots = drafts.map((draft) => rootOf(draft.events.map((event) => event.digest)));
    const entries = await session.append(
      tx,
      drafts.map((draft, at) => ({
        type: 'evidence' as const,
        facts: {
          kind: 'finding',
          rule: draft.rule.id,
          rules_version: this.options.correlator.rulesVersion,
          count: draft.count,
        },
        committed: { finding: draft.id, digest: draft.digest, root: roots[at] },
        payload: {
          finding: draft.id,
          root: roots[at],
          events: draft.events.map(({ source, id, digest }) => ({ source, id, digest })),
        },
        lookups: { finding: draft.id, subjects: draft.entities.slice(0, MAX_SUBJECTS).map(entityKey) },
      })),
    );
    return drafts.map((draft, at) => ({
      ...draft,
      evidence: { entry_id: entries[at]?.id ?? '', count: draft.count, root: roots[at] ?? '' },
    }));
  }
}

/** RFC 6962 root over event digests, hexadecimal. */
const rootOf = (digests: readonly string[]): string =>
  Buffer.from(CompactTree.empty.append(digests.map((digest) => leafHash(Buffer.from(digest, 'hex')))).root()).toString(
    'hex',
  );

interface Refused {
  readonly faults: readonly NormaliseFault[];
}

function prepare(tenant: string, incoming: IncomingEvent, receivedMs: number): Prepared | Refused {
  const context = { tenant, receivedMs, ...(incoming.source === undefined ? {} : { source: incoming.source }) };
  const result = normalise(incoming.format ?? 'auto', incoming.record, context);
  if (!result.ok) return { faults: result.faults };
  return preparedOf(result, incoming, receivedMs);
}

function preparedOf(result: NormalisedEvent, incoming: IncomingEvent, receivedMs: number): Prepared {
  // what normalising made sure of, and not what came in: a stranger's record may hold what neither database nor RFC 8785 can carry
  const { identity, event, format, record } = result;
  const { source, id, timeMs } = identity;
  const correlation = correlationEvent(result, record, incoming.index);
  return {
    kept: { source, id, timeMs, receivedMs, digest: correlation.digest, format, event, record },
    correlation,
  };
}
