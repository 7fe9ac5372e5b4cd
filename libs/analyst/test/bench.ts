import { type Action, type AdviseRequest, canonicalJson, type Decision } from '@dmitry/contracts';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { LlmProvider } from '@dmitry/llm';
import { createScriptedLlmProvider, type Script, type ScriptedLlmProvider } from '@dmitry/llm/memory';
import type { CallContext, CallIntent, CallOutcome, CallRecorder } from '@dmitry/outbound';
import { CATALOGUE } from '@dmitry/safety-gate';
import {
  type AdviseInput,
  type Analyst,
  type AnalystLimits,
  createAnalyst,
  type HandedEvidence,
  type PlatformRead,
  type PlatformTools,
  type TextGuard,
  type ToolReading,
} from '../src/core/index.ts';

/** A recorder that, like the ledger, refuses what has no RFC 8785 form. Keeps the entries of outcomes. */
export class StrictRecorder implements CallRecorder {
  readonly outcomes: { entry: string; service: string; status: string }[] = [];
  failing = false;
  constructor(private readonly ids: SeededIds) {}

  async intent(intent: CallIntent): Promise<string> {
    if (this.failing) throw new Error('the ledger is down');
    canonicalJson(intent);
    return this.ids.uuid();
  }

  async outcome(_intentEntry: string, intent: CallIntent, outcome: CallOutcome): Promise<string> {
    canonicalJson(outcome);
    const entry = this.ids.uuid();
    this.outcomes.push({ entry, service: intent.service, status: outcome.status });
    return entry;
  }
}

/** Takes out `SECRET-…` and points at the words of an injection, wherever they stand. */
export const fakeGuard: TextGuard = {
  clean(value) {
    const redacted: string[] = [];
    const suspicious: { pointer: string; rule: string }[] = [];
    const walk = (each: unknown, pointer: string): unknown => {
      if (typeof each === 'string') {
        if (/SECRET-\w+/.test(each)) redacted.push(pointer);
        if (each.includes('ignore previous')) suspicious.push({ pointer, rule: 'direct_injection' });
        return each.replaceAll(/SECRET-\w+/g, '[SECRET]');
      }
      if (Array.isArray(each)) return each.map((item, index) => walk(item, `${pointer}/${index}`));
      if (typeof each !== 'object' || each === null) return each;
      return Object.fromEntries(Object.entries(each).map(([key, member]) => [key, walk(member, `${pointer}/${key}`)]));
    };
    return { value: walk(value, ''), redacted, suspicious };
  },
};

type Answer = Omit<Extract<ToolReading, { kind: 'read' }>, 'entry'> | { kind: 'unavailable'; code: string };
export type Answers = (read: PlatformRead) => Answer | Promise<Answer>;

/** A Platform that records each read, as the real client does. */
export function fakePlatform(answers: Answers): PlatformTools & { readonly reads: PlatformRead[] } {
  const reads: PlatformRead[] = [];
  return {
    reads,
    async read(call, context) {
      reads.push(call);
      const intent: CallIntent = { service: 'platform', operation: call.tool, effect: 'read', request: call };
      const intentEntry = await context.recorder.intent(intent);
      const answer = await answers(call);
      const status = answer.kind === 'read' ? 'success' : 'error';
      const entry = await context.recorder.outcome(intentEntry, intent, { status, latencyMs: 5, attempts: 1 });
      return { ...answer, entry };
    },
  };
}

export const ENTITY = { type: 'service', id: 'billing' } as const;
export const fresh = (data: unknown) => ({ kind: 'read' as const, freshness: 'fresh' as const, data });

/** What the Platform usually says about finding f-1. */
export const usual = (read: PlatformRead): Answer => {
  switch (read.tool) {
    case 'platform_get_risk_findings':
      return fresh({
        findings: [{ id: 'f-1', entity_id: 'billing', entity_type: 'service', risk_score: 82 }],
        total: 1,
      });
    case 'platform_get_finding_details':
      return fresh({
        id: read.findingId,
        entity_id: 'billing',
        entity_type: 'service',
        risk_score: 82,
        factors: ['exposed port'],
        related_entities: [{ entity_id: 'ledger-db', entity_type: 'database' }],
      });
    case 'platform_search_entities':
      return fresh({ entities: [{ entity_id: 'billing', entity_type: 'service', risk_score: 82 }], total: 1 });
    case 'platform_propose_actions':
      return fresh({
        finding_id: 'f-1',
        actions: [{ action_id: 'a-1', action_type: 'isolate_entity', description: 'Cut it off.', priority: 'HIGH' }],
      });
  }
};

export interface Bench {
  readonly analyst: Analyst;
  readonly clock: ManualClock;
  readonly recorder: StrictRecorder;
  readonly context: CallContext;
  readonly platform: ReturnType<typeof fakePlatform>;
  /** An entry that was handed in as evidence. */
  readonly handed: HandedEvidence;
}

interface BenchOptions {
  readonly answers?: Answers;
  readonly limits?: Partial<AnalystLimits>;
}

export function benchWith(llm: LlmProvider, { answers = usual, limits = {} }: BenchOptions = {}): Bench {
  const clock = new ManualClock();
  const ids = new SeededIds(clock, 'bench');
  const recorder = new StrictRecorder(ids);
  const platform = fakePlatform(answers);
  return {
    analyst: createAnalyst({ llm, platform, guard: fakeGuard, clock, limits }),
    clock,
    recorder,
    context: { tenant: 'acme', recorder },
    platform,
    handed: { entry: ids.uuid(), kind: 'event', event: 'ev-1', finding: 'f-1' },
  };
}

export function scripted(script: Script, options: BenchOptions = {}): Bench & { readonly llm: ScriptedLlmProvider } {
  const llm = createScriptedLlmProvider(script);
  return { ...benchWith(llm, options), llm };
}

export const request: AdviseRequest = {
  finding_id: 'f-1',
  tenant_id: 'acme',
  entity: { type: 'service', id: 'billing', name: 'Billing' },
  severity: 'critical',
  risk_score: 82,
  exposure_paths: [],
  evidence_refs: [],
};

export const adviseInput = (bench: Pick<Bench, 'handed'>, rest: Partial<AdviseInput> = {}): AdviseInput => ({
  request,
  evidence: [bench.handed],
  ...rest,
});

export const call = (name: string, args: unknown) => ({
  name,
  arguments: typeof args === 'string' ? args : JSON.stringify(args),
});

/** A reply of the schema, with parts of it replaced. */
export const reply = (rest: Record<string, unknown> = {}): string =>
  JSON.stringify({
    summary: 'Billing is exposed. It should be looked at.',
    claims: [],
    risk_factors: [],
    impact_analysis: 'Customers could be hurt.',
    confidence: 0.9,
    actions: [],
    ...rest,
  });

export const step = (rest: Record<string, unknown> = {}) => ({
  action_type: 'investigate',
  target: ENTITY,
  params: {},
  reason: 'It is exposed.',
  confidence: 0.8,
  priority: 8,
  evidence: [],
  ...rest,
});

/** A decision as the gate gives it. */
export function decision(action: Action, verdict: Decision['verdict'], rest: Partial<Decision> = {}): Decision {
  const entry = CATALOGUE.find((each) => each.action_type === action.action_type);
  return {
    tenant_id: 'acme',
    verdict,
    action,
    action_digest: 'a'.repeat(64),
    reasons: verdict === 'ALLOW' ? [] : [{ code: 'gate.insufficient_evidence', message: 'one more is needed' }],
    policy: { version: '1', digest: 'b'.repeat(64) },
    evidence: [],
    approvals: [],
    confidence: { claimed: 0.9, supported: 0.9, effective: 0.9, formula: 'x' },
    blast_radius: { class: entry?.blast_radius ?? 'entity_only', entities: 1 },
    needs: [],
    finding_id: null,
    decided_at: '2026-01-01T00:00:00.000Z',
    expires_at: null,
    ...rest,
  };
}
