import type { NormaliseContext } from './format.port.ts';
import { fault, type NormaliseFault } from './normalise.errors.ts';
import type { TrackedRecord } from './tracked-record.ts';

export const invalid = (ok: boolean, pointer: string, message: string): NormaliseFault[] =>
  ok ? [] : [fault('normalise.invalid_record', pointer, message)];

/** A record's own time, else the time it was received where it states none; undefined when what it states is no time. */
export function ownTimeMs(source: TrackedRecord, member: string, context: NormaliseContext): number | undefined {
  const stated = source.peek(member) ?? undefined;
  return stated === undefined ? context.receivedMs : source.time(member);
}

/** A tenant that a record names may only agree with where it came in. */
export function tenantFaults(source: TrackedRecord, context: NormaliseContext): NormaliseFault[] {
  const named = source.text('tenant_id') ?? context.tenant;
  const message = 'names another tenant than the one it came in for';
  return named === context.tenant ? [] : [fault('normalise.tenant_mismatch', '/tenant_id', message)];
}

/** 1 to 256 characters. */
export const isId = (text: string): boolean => text !== '' && text.length <= 256;
