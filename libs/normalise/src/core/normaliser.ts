import { asffFormat } from './formats/asff.ts';
import { cloudtrailFormat } from './formats/cloudtrail.ts';
import { guarddutyFormat } from './formats/guardduty.ts';
import { ocsfFormat } from './formats/ocsf.ts';
import { securityEventFormat } from './formats/security-event.ts';
import { suricataFormat } from './formats/suricata.ts';
import { wazuhFormat } from './formats/wazuh.ts';
import { type Envelope, unwrap } from './envelope.ts';
import { contentId } from './event-parts.ts';
import type { EventIdentity, FormatAdapter, MappedEvent, NormaliseContext, NormaliseResult } from './format.port.ts';
import { fault } from './normalise.errors.ts';
import { isObject, MAX_LEAVES, type PlainCopy, plainCopy } from './plain-json.ts';
import { TrackedRecord } from './tracked-record.ts';

/** Formats behind one door. Later formats are added to the list; callers do not change. */
export interface Normaliser {
  /** Names that `normalise` takes, `auto` first. */
  readonly formats: readonly string[];
  /** The format of a record by its members, or null. An envelope is looked through. */
  detect(record: unknown): string | null;
  /** Never throws, whatever the record: a record that cannot be taken is an answer with faults. */
  normalise(format: string, record: unknown, context: NormaliseContext): NormaliseResult;
}

export function createNormaliser(adapters: readonly FormatAdapter[]): Normaliser {
  const byName = new Map(adapters.map((adapter) => [adapter.name, adapter]));
  const formats = ['auto', ...byName.keys()];
  const recognise = (source: TrackedRecord) => adapters.find((adapter) => adapter.recognises(source));

  const normalise = (format: string, record: unknown, context: NormaliseContext): NormaliseResult => {
    if (!formats.includes(format)) {
      return refused(
        'normalise.unknown_format',
        '',
        `format "${format.slice(0, 64)}" is not known; use one of: ${formats.join(', ')}`,
      );
    }
    const copy = plainCopy(record);
    if (copy.leaves > MAX_LEAVES) {
      return refused('normalise.record_too_large', '', `the record has more than ${MAX_LEAVES} values; split it`);
    }
    if (!isObject(copy.value)) return refused('normalise.invalid_record', '', 'a record is one JSON object');
    const envelope = unwrap(copy.value);
    if (envelope.tenant !== undefined && envelope.tenant !== context.tenant) {
      return refused(
        'normalise.tenant_mismatch',
        '/tenantid',
        'the envelope names another tenant than the one it came in for',
      );
    }
    const source = new TrackedRecord(envelope.inner);
    const adapter = format === 'auto' ? recognise(source) : byName.get(format);
    if (!adapter) {
      return refused(
        'normalise.not_recognised',
        '',
        `the record looks like none of: ${[...byName.keys()].join(', ')}; name its format`,
      );
    }
    const mapped = adapter.map(source, context);
    if ('faults' in mapped) {
      return { ok: false, faults: mapped.faults.map((one) => ({ ...one, pointer: envelope.prefix + one.pointer })) };
    }
    return settled(adapter.name, mapped, { source, envelope, copy });
  };

  const detect = (record: unknown): string | null => {
    const { value, leaves } = plainCopy(record);
    return leaves <= MAX_LEAVES && isObject(value)
      ? (recognise(new TrackedRecord(unwrap(value).inner))?.name ?? null)
      : null;
  };
  return { formats, detect, normalise };
}

const refused = (...args: Parameters<typeof fault>): NormaliseResult => ({ ok: false, faults: [fault(...args)] });

/** Longest source or id, bytes of UTF-8: together they are a key, and an index of a database takes no longer one. */
const MAX_KEY_BYTES = 512;

/** A longer source or id stands for itself by its digest, so that it still identifies; the whole of it stays in the record. */
function bounded({ source, id, timeMs }: EventIdentity): EventIdentity {
  const part = (text: string) => (Buffer.byteLength(text) <= MAX_KEY_BYTES ? text : contentId(text));
  return { source: part(source), id: part(id), timeMs };
}

function settled(
  format: string,
  mapped: MappedEvent,
  parts: { source: TrackedRecord; envelope: Envelope; copy: PlainCopy },
): NormaliseResult {
  const { source, envelope } = parts;
  const { kept, unmapped, rest } = source.settle();
  const { dropped, value: record } = parts.copy;
  const gone = new Set(dropped); // an item dropped from a list left null in its place
  const listed = (pointers: readonly string[]) => pointers.map(at).filter((pointer) => !gone.has(pointer));
  const at = (pointer: string) => envelope.prefix + pointer;
  const account = {
    kept: [...envelope.kept, ...listed(kept)],
    unmapped: listed(unmapped),
    dropped: [...envelope.dropped, ...dropped],
  };
  const event = rest === undefined ? mapped.event : { ...mapped.event, unmapped: rest as Record<string, unknown> };
  return {
    ok: true,
    format,
    event,
    record,
    identity: bounded({ ...mapped.identity, ...envelope.identity }),
    entities: mapped.entities,
    account,
  };
}

const builtin = createNormaliser([
  ocsfFormat,
  securityEventFormat,
  cloudtrailFormat,
  guarddutyFormat,
  asffFormat,
  wazuhFormat,
  suricataFormat,
]);

/** Formats known now; `auto` recognises each of the others. */
export const FORMATS: readonly string[] = builtin.formats;

/**
 * One record of a format to an OCSF event, its identity, its entities and the account of every leaf.
 * Never throws; what cannot be taken comes back with faults (`normalise.unknown_format`, `normalise.invalid_record`, …).
 */
export const normalise = (format: string, record: unknown, context: NormaliseContext): NormaliseResult =>
  builtin.normalise(format, record, context);

/** The format of a record by its members, or null. */
export const detectFormat = (record: unknown): string | null => builtin.detect(record);
