import type { EntityRef, OcsfEvent } from '@dmitry/contracts';

/** `reporter` is the system that saw it; it links nothing, since it sees everything. */
export interface RoledEntity extends EntityRef {
  readonly role: 'actor' | 'target' | 'origin' | 'reporter';
}

/** Sigma's log source; an absent member of a rule's log source matches any. */
export interface LogSource {
  readonly product?: string;
  readonly category?: string;
  readonly service?: string;
}

/** One event as rules see it: the original record (rules name its own fields) and the OCSF event. */
export interface CorrelationEvent {
  /** `(source, id)` identifies the event within the tenant of the fold. */
  readonly source: string;
  readonly id: string;
  /** Event time, ms. The fold knows no other time. */
  readonly timeMs: number;
  /** The record as its tool wrote it; fields of rules are looked up here first, then in `event`. */
  readonly record: unknown;
  readonly event?: OcsfEvent;
  readonly entities: readonly RoledEntity[];
  readonly logsource: LogSource;
  /** SHA-256 of the event, for evidence. */
  readonly digest: string;
  /** Number of the record in its input, where it has one. */
  readonly index?: number;
}

/** An event that a finding rests on. */
export interface EventRef {
  readonly source: string;
  readonly id: string;
  readonly timeMs: number;
  readonly digest: string;
  readonly index?: number;
}

const LOG_SOURCES: Readonly<Record<string, LogSource>> = {
  cloudtrail: { product: 'aws', service: 'cloudtrail' },
  'security-event': { product: 'pdri', service: 'security-events' },
  guardduty: { product: 'aws', service: 'guardduty' },
  asff: { product: 'aws', service: 'securityhub' },
  wazuh: { product: 'wazuh' },
  suricata: { product: 'suricata' },
};

/** The log source of a format of `@dmitry/normalise`; `ocsf` and unknown ones match rules that name none. */
export const logSourceOf = (format: string): LogSource =>
  Object.hasOwn(LOG_SOURCES, format) ? (LOG_SOURCES[format] ?? {}) : {};
