import type { EventIdentity } from './format.port.ts';
import { isObject, type Json } from './plain-json.ts';
import { TrackedRecord } from './tracked-record.ts';

/** A record inside what carried it. */
export interface Envelope {
  readonly inner: Json;
  /** RFC 6901 pointer of the record in what carried it; '' where nothing did. */
  readonly prefix: string;
  readonly identity: Partial<EventIdentity>;
  readonly tenant?: string | undefined;
  readonly kept: readonly string[];
  readonly dropped: readonly string[];
}

/** Looks through a CloudEvents envelope, an event of Amazon EventBridge and a hit of OpenSearch. What only serves transport is listed as dropped. */
export const unwrap = (record: Json): Envelope => {
  const source = new TrackedRecord(record);
  return (
    cloudEvent(source) ??
    carried(source, typeof source.peek('detail-type') === 'string', detailOf(source)) ??
    carried(source, typeof source.peek('_index') === 'string', ['_source']) ?? {
      inner: record,
      prefix: '',
      identity: {},
      kept: [],
      dropped: [],
    }
  );
};

/** CloudEvents 1.0, JSON format: its source and id identify the event. */
function cloudEvent(source: TrackedRecord): Envelope | undefined {
  const id = source.peek('id');
  const origin = source.peek('source');
  const enveloped = source.peek('specversion') === '1.0' && typeof id === 'string' && typeof origin === 'string';
  if (!enveloped || id === '' || origin === '' || !source.object('data')) return undefined;
  source.take('id');
  source.take('source');
  const tenant = source.text('tenantid');
  const found = carried(source, true, ['data']);
  return found && { ...found, identity: { id, source: origin }, tenant };
}

/** Security Hub's events list their findings; of one finding, it is the record. */
function detailOf(source: TrackedRecord): readonly (string | number)[] {
  const listed = source.peek('detail', 'findings');
  return Array.isArray(listed) && listed.length === 1 ? ['detail', 'findings', 0] : ['detail'];
}

function carried(source: TrackedRecord, enveloped: boolean, path: readonly (string | number)[]): Envelope | undefined {
  const inner = source.peek(...path);
  if (!enveloped || !isObject(inner)) return undefined;
  const prefix = `/${path.join('/')}`;
  const { kept, unmapped } = source.settle();
  const dropped = unmapped.filter((pointer) => pointer !== prefix && !pointer.startsWith(`${prefix}/`));
  return { inner, prefix, identity: {}, kept, dropped };
}
