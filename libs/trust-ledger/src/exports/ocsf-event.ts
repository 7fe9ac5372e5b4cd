import { canonicalJson, type LedgerEntry, OCSF_CLASS, OCSF_VERSION, type OcsfEvent } from '@dmitry/contracts';
import { parseEntry } from '../core/index.ts';

/** OCSF API Activity (6003), category Application Activity (6). */
const CATEGORY = 6;
const ACTIVITY_OTHER = 99;
const INFORMATIONAL = 1;
/** OCSF `status_id`. */
const STATUS = { unknown: 0, success: 1, failure: 2, other: 99 } as const;

export interface OcsfPlace {
  /** Origin of the log. */
  readonly origin: string;
  /** Place in the log, or null until it has one. */
  readonly index: number | null;
}

/**
 * A ledger entry as an OCSF event, for a SIEM. Pseudonyms and commitments stay what they are. `raw_data` is the leaf itself, so that an
 * event in any store can be checked against the log.
 */
export function ocsfEventOf(entry: LedgerEntry, { origin, index }: OcsfPlace): OcsfEvent {
  const { facts } = entry;
  return {
    class_uid: OCSF_CLASS.api_activity,
    category_uid: CATEGORY,
    activity_id: ACTIVITY_OTHER,
    activity_name: entry.type,
    type_uid: OCSF_CLASS.api_activity * 100 + ACTIVITY_OTHER,
    time: Date.parse(entry.time),
    severity_id: INFORMATIONAL,
    ...statusOf(entry),
    metadata: {
      version: OCSF_VERSION,
      uid: entry.id,
      product: { name: 'trust-ledger', vendor_name: 'Dmitry' },
      tenant_uid: entry.tenant,
    },
    actor: { user: { uid: entry.actor.pseudonym, type: entry.actor.kind } },
    api: { operation: text(facts['operation'], entry.type), service: { name: text(facts['service'], 'trust-ledger') } },
    src_endpoint: { name: origin },
    raw_data: canonicalJson(entry),
    unmapped: { facts, refs: entry.refs, session: entry.session, log_index: index },
  };
}

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

/** A decision has no success or failure: its verdict is its status. */
function statusOf({ type, facts }: LedgerEntry): { status_id: number; status: string } {
  if (type === 'decision') return { status_id: STATUS.other, status: text(facts['verdict'], 'unknown') };
  const status = type === 'outcome' ? text(facts['status'], 'unknown') : 'success';
  if (status === 'success' || status === 'unknown') return { status_id: STATUS[status], status };
  return { status_id: STATUS.failure, status };
}

/** The leaf that an event carries, or null when it carries none: hash it and ask the log for the proof. */
export function entryOfOcsf(event: OcsfEvent): LedgerEntry | null {
  const raw = event['raw_data'];
  const entry = typeof raw === 'string' ? parseEntry(Buffer.from(raw, 'utf8')) : null;
  return entry && canonicalJson(entry) === raw ? entry : null;
}
