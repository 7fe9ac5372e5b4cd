import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  type Action,
  type ActionType,
  type Approval,
  approvalStatement,
  canonicalBytes,
  type Principal,
} from '@dmitry/contracts';
import type { ResolvedEntry } from '@dmitry/trust-ledger';
import { builtinPolicy, CATALOGUE, type JudgeInput } from '../core/index.ts';

/** When the fixtures happen. */
export const NOW_MS = 1_767_225_600_000;

/** A UUIDv7 that names its number. */
export const entryId = (n: number): string => `01940000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** Evidence that counts: successful reads a minute old, two of each source. */
export function evidenceEntries(count: number, change: Partial<ResolvedEntry> = {}): ResolvedEntry[] {
  return Array.from({ length: count }, (_, n) => ({
    id: entryId(n + 1),
    type: 'outcome' as const,
    timeMs: NOW_MS - 60_000,
    succeeded: true,
    source: `platform:read-${Math.floor(n / 2)}`,
    facts: { effect: 'read' },
    finding: null,
    ...change,
  }));
}

/** A resolved action of the type, against a target that it applies to. */
export const actionOf = (type: ActionType, params: Record<string, unknown> = {}): Action => ({
  action_type: type,
  target: { type: ['require_mfa', 'revoke_credentials'].includes(type) ? 'identity' : 'service', id: 'svc-billing' },
  params,
});

/** Everything as it should be for an action of the type; without approvals. */
export function judgeInput(type: ActionType, change: Partial<JudgeInput> = {}): JudgeInput {
  const entry = CATALOGUE.find((each) => each.action_type === type);
  const evidence = evidenceEntries(entry?.min_evidence ?? 1);
  return {
    tenant: 'acme',
    action: actionOf(type),
    requestedBy: 'analyst',
    confidence: 0.97,
    evidence: evidence.map((each) => each.id),
    resolved: new Map(evidence.map((each) => [each.id, each])),
    unavailable: [],
    approvalRefs: [],
    approvals: new Map(),
    budgetUsed: 0,
    reach: null,
    halted: false,
    policy: builtinPolicy,
    nowMs: NOW_MS,
    ...change,
  };
}

/** An approver with a key of their own. */
export interface Approver {
  readonly principal: Principal;
  readonly publicKey: string;
  /** Signs what this approval says, base64. */
  sign(approval: Approval): string;
}

const rawKey = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

export function approver(subject: string, tenant = 'acme'): Approver {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    principal: { subject, tenant, roles: ['approver'] },
    publicKey: rawKey(publicKey),
    sign: (approval) => sign(null, canonicalBytes(approvalStatement(approval, subject)), privateKey).toString('base64'),
  };
}
