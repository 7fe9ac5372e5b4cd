import type { IdSource } from './id-source.port.ts';

/** A W3C trace context header, version 00 (https://www.w3.org/TR/trace-context/#traceparent-header). */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits, not all zero: the span that the header's sender is in. */
  readonly parentId: string;
  readonly sampled: boolean;
}

// version 00 has nothing after the flags, a later one may add members, ff is forbidden
const HEADER =
  /^(?<version>00(?=.{53}$)|(?!00|ff)[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<parent>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;

/** The header's content, or null where the specification says to ignore it (section 3.2.2) and to start a new trace. */
export function parseTraceparent(header: string | undefined): TraceContext | null {
  const match = HEADER.exec(header ?? '')?.groups as
    Record<'version' | 'trace' | 'parent' | 'flags', string> | undefined;
  if (!match || ZEROS.test(match.trace) || ZEROS.test(match.parent)) return null;
  return { traceId: match.trace, parentId: match.parent, sampled: (Number.parseInt(match.flags, 16) & 1) === 1 };
}

export const formatTraceparent = ({ traceId, parentId, sampled }: TraceContext): string =>
  `00-${traceId}-${parentId}-${sampled ? '01' : '00'}`;

const hex = (ids: IdSource, length: number): string => Buffer.from(ids.bytes(length)).toString('hex');

/** A new, sampled trace. */
export const newTraceparent = (ids: IdSource): string =>
  formatTraceparent({ traceId: hex(ids, 16), parentId: hex(ids, 8), sampled: true });

/** The header for a call made inside `traceparent`: the same trace and sampling, a span of its own. A header that is not valid starts a trace. */
export function childOf(traceparent: string | undefined, ids: IdSource): string {
  const parent = parseTraceparent(traceparent);
  return parent ? formatTraceparent({ ...parent, parentId: hex(ids, 8) }) : newTraceparent(ids);
}
