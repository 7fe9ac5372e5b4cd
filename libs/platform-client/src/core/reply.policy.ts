import { canonicalJson, ExecuteActionResponse, parseWith } from '@dmitry/contracts';
import type { OutboundResult } from '@dmitry/outbound';
import type { Static, TSchema } from 'typebox';
import type { EffectAnswer, ProbeAnswer } from './effect-answer.ts';
import type { PartialReason, ReadResult, UnavailableCode } from './read-result.ts';
import { speaksForAnother } from './tenant-check.policy.ts';

type Refused = Extract<OutboundResult, { kind: 'refused' }>;

/** How a read's answer is taken: checked for its tenant, then against the schema of what we rely on. */
export function readResultOf<S extends TSchema>(
  result: OutboundResult,
  schema: S,
  tenant: string,
  partialReason: (value: Static<S>) => PartialReason | null = () => null,
): ReadResult<Static<S>> {
  const { entry } = result;
  const no = (code: UnavailableCode): ReadResult<Static<S>> => ({ kind: 'unavailable', code, entry });
  switch (result.kind) {
    case 'unavailable':
    case 'unknown':
      return no(`platform.${result.reason}`);
    case 'refused':
      return no(codeOfRefusal(result));
    case 'ok': {
      if (speaksForAnother(result, tenant)) return no('platform.tenant_mismatch');
      const parsed = parseWith(schema, result.body);
      if (!parsed.ok || !isCanonical(parsed.value)) return no('platform.schema_mismatch');
      const reason = partialReason(parsed.value);
      return reason
        ? { kind: 'partial', value: parsed.value, reason, entry }
        : { kind: 'fresh', value: parsed.value, entry };
    }
  }
}

/** What RFC 8785 cannot carry could neither be cited nor kept; the record has it as text. */
function isCanonical(value: unknown): boolean {
  try {
    canonicalJson(value);
    return true;
  } catch {
    return false;
  }
}

function codeOfRefusal({ status }: Refused): UnavailableCode {
  if (status === 404) return 'platform.not_found';
  if (status === 401 || status === 403) return 'platform.unauthorised';
  return status === 429 ? 'platform.rate_limited' : 'platform.refused';
}

/** What a posted effect's reply says once it is a reply of ours: `null` when it does not say it. */
export type EffectReader = (body: unknown) => Omit<Exclude<EffectAnswer, { kind: 'not_sent' }>, 'entry'> | null;

/** How an effect's answer is taken. Whatever cannot be read after it left is unknown, never a failure. */
export function effectAnswerOf(result: OutboundResult, tenant: string, read: EffectReader): EffectAnswer {
  const { entry } = result;
  switch (result.kind) {
    case 'unavailable':
      return { kind: 'not_sent', reason: result.reason, entry };
    case 'unknown':
      return { kind: 'unknown', reason: result.reason, entry };
    case 'refused':
      // Too many requests: turned away before anything was done (RFC 6585 4), so it may be sent again.
      if (result.status === 429) return { kind: 'not_sent', reason: 'rate_limited', entry };
      return { kind: 'refused', reason: reasonOfRefusal(result), entry };
    case 'ok': {
      if (speaksForAnother(result, tenant)) return { kind: 'unknown', reason: 'tenant_mismatch', entry };
      const answer = read(result.body);
      return answer ? ({ ...answer, entry } as EffectAnswer) : { kind: 'unknown', reason: 'schema_mismatch', entry };
    }
  }
}

/** The other side's own code where it is one, else the status. Free text of another party is not passed on. */
function reasonOfRefusal({ status, body }: Refused): string {
  const code = (body as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[a-z0-9_.]{1,64}$/.test(code) ? code : `http_${status}`;
}

/** Reads the reply of execute, undo and probe (domain.md 2.4). A reply about another key is none. */
export const keyedReader =
  (effectKey: string): EffectReader =>
  (body) => {
    const parsed = parseWith(ExecuteActionResponse, body);
    if (!parsed.ok || parsed.value.effect_key !== effectKey) return null;
    const { status, result, reason } = parsed.value;
    if (status === 'refused') return { kind: 'refused', reason: reason ?? 'refused' };
    if (status === 'confirmed') return { kind: 'confirmed', ...(result === undefined ? {} : { result }) };
    return { kind: status };
  };

/** Reads a reply of another shape: confirmed, with that reply as result. */
export const shapeReader =
  (schema: TSchema): EffectReader =>
  (body) => {
    const parsed = parseWith(schema, body);
    return parsed.ok ? { kind: 'confirmed', result: parsed.value } : null;
  };

/** Seconds that an effect may be on its way when the Platform does not say (domain.md 2.4). */
const DEFAULT_HORIZON_SECONDS = 120;

/** How a probe's answer is taken. Only a 404 means "never seen"; everything else that is not an answer is none. */
export function probeAnswerOf(result: OutboundResult, tenant: string, effectKey: string): ProbeAnswer {
  const { entry } = result;
  const none = (reason: string): ProbeAnswer => ({ kind: 'no_answer', reason, entry });
  if (result.kind === 'refused' && result.status === 404) {
    if (speaksForAnother(result, tenant)) return none('tenant_mismatch');
    return { kind: 'never_seen', horizonMs: horizonSeconds(result.headers['effect-horizon']) * 1_000, entry };
  }
  const answer = effectAnswerOf(result, tenant, keyedReader(effectKey));
  if (answer.kind === 'not_sent' || answer.kind === 'unknown') return none(answer.reason);
  // A refusal by status says that the probe was refused, not the effect.
  if (result.kind === 'refused') return none(answer.kind === 'refused' ? answer.reason : 'refused');
  return { kind: 'known', answer, entry };
}

function horizonSeconds(header: string | undefined): number {
  const given = header !== undefined && /^\d{1,6}$/.test(header.trim()) ? Number(header) : DEFAULT_HORIZON_SECONDS;
  return Math.max(given, 1);
}
