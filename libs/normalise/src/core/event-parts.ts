import { digestOf, type EntityType, OCSF_VERSION } from '@dmitry/contracts';
import type { EventEntity, NormaliseContext } from './format.port.ts';
import { lookup } from './lookup.ts';
import type { Json } from './plain-json.ts';

/** Members of an object that have a value. */
export function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}

/** The same, or undefined when none has. */
export function presentOrNone(members: object): object | undefined {
  const out = present(members);
  return Object.keys(out).length > 0 ? out : undefined;
}

/** Class, category, activity and type as OCSF ties them together: type_uid = class_uid * 100 + activity_id. */
export const classOf = (classUid: number, activityId: number) => ({
  class_uid: classUid,
  category_uid: Math.floor(classUid / 1000),
  activity_id: activityId,
  type_uid: classUid * 100 + activityId,
});

export const metadataOf = (context: NormaliseContext, uid: string, product: { name: string; vendor_name: string }) => ({
  version: OCSF_VERSION,
  uid,
  product,
  tenant_uid: context.tenant,
});

/** The last time that ECMAScript has (262 21.4.1.1); beyond it nothing downstream can write a time out. */
export const MAX_TIME_MS = 8.64e15;

/**
 * Milliseconds of an ISO 8601 time, or of a number of seconds or milliseconds; undefined when it is none. A time without a zone is UTC:
 * the neighbours print UTC without saying so, and the machine's own zone must never matter.
 */
export function timeMsOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number')
    return value > 0 && value <= MAX_TIME_MS ? Math.trunc(value < 1e11 ? value * 1000 : value) : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s?(Z|z|[+-]\d{2}:?\d{2})?$/.exec(
    value.trim(),
  );
  if (!match) return undefined;
  const zone = (match[3] ?? 'Z').toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const ms = Date.parse(`${match[1]}T${(match[2] ?? '').replace(',', '.')}${zone}`);
  return Number.isNaN(ms) ? undefined : Math.trunc(ms);
}

/** The id of a record that has none: the digest of its content, so that a redelivery is still recognised. */
export const contentId = (record: Json): string => `sha256:${digestOf(record)}`;

/** Collects entities without repeating one in the same role; ids are cut to what contracts allow. */
export class EntityList {
  readonly #seen = new Map<string, EventEntity>();

  add(type: EntityType, id: string | undefined, role: EventEntity['role']): void {
    const text = id?.slice(0, 512);
    if (text) this.#seen.set(`${role} ${type} ${text}`, { type, id: text, role });
  }

  get list(): readonly EventEntity[] {
    return [...this.#seen.values()];
  }
}

const SEVERITY_IDS: Readonly<Record<string, number>> = {
  info: 1,
  informational: 1,
  minimal: 1,
  low: 2,
  medium: 3,
  moderate: 3,
  high: 4,
  critical: 5,
  fatal: 6,
};

/** OCSF severity_id of a severity word; 0 (Unknown) where there is none. */
export const severityIdOf = (word: string | undefined): number => lookup(SEVERITY_IDS, word?.toLowerCase()) ?? 0;
