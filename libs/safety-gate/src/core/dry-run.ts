import type { Action, Decision } from '@dmitry/contracts';
import type { ResolvedEntry } from '@dmitry/trust-ledger';
import { decisionOf } from './decision-of.ts';
import type { DryRunAction, DryRunContext } from './dry-run.schema.ts';
import type { GatePolicy } from './gate-policy.schema.ts';
import { judge } from './judge.ts';
import type { JudgeInput } from './judgement.ts';
import type { GateRequest } from './safety-gate.port.ts';

/** Judges actions against what a file says a deployment would look up. Pure; each action alone: no ALLOW takes from a budget. */
export function createDryRun(context: DryRunContext, policy: GatePolicy | null): (action: DryRunAction) => Decision {
  const known = lookupsOf(context);
  return (line) => {
    const request = requestOf(line, context, known);
    const judgement = judge({
      ...request,
      approvalRefs: request.approvals,
      resolved: known.resolved,
      approvals: known.approvals,
      unavailable: context.unavailable ?? [],
      budgetUsed: usedOf(request.action, context, policy),
      reach: reachOf(request.action, context),
      halted: context.halted ?? false,
      policy,
      nowMs: known.nowMs,
    });
    return decisionOf(judgement, request, known.nowMs);
  };
}

interface Lookups {
  readonly nowMs: number;
  readonly resolved: ReadonlyMap<string, ResolvedEntry>;
  readonly approvals: JudgeInput['approvals'];
}

/** Where nothing has a time: any instant is as good as another, as long as it is always the same. */
const SOME_TIME_MS = Date.UTC(2000, 0, 1);

function lookupsOf({ now, evidence = [], approvals = [] }: DryRunContext): Lookups {
  const resolved = evidence.map(({ id, type, time, source, succeeded, facts, finding, subjects }): ResolvedEntry => ({
    id,
    type,
    timeMs: Date.parse(time),
    succeeded: succeeded ?? true,
    source,
    facts: facts ?? {},
    finding: finding ?? null,
    ...(subjects === undefined ? {} : { subjects }),
  }));
  const newestMs = resolved.reduce((newest, { timeMs }) => Math.max(newest, timeMs), -Infinity);
  return {
    nowMs: now === undefined ? (Number.isFinite(newestMs) ? newestMs : SOME_TIME_MS) : Date.parse(now),
    resolved: new Map(resolved.map((entry) => [entry.id, entry])),
    approvals: new Map(approvals.map((approval) => [approval.id, { approval, usedBy: null }])),
  };
}

type Requested = GateRequest & Required<Pick<GateRequest, 'approvals'>>;

function requestOf(line: DryRunAction, context: DryRunContext, known: Lookups): Requested {
  return {
    tenant: context.tenant ?? 'local',
    // what the catalogue does not know the gate refuses, with its reason
    action: { action_type: line.action_type, target: line.target, params: line.params ?? {} } as Action,
    findingId: line.finding_id ?? null,
    confidence: line.confidence ?? context.confidence ?? 0,
    evidence: line.evidence ?? [...known.resolved.keys()],
    requestedBy: line.requested_by ?? context.requested_by ?? 'dry-run',
    approvals: line.approvals ?? [...known.approvals.keys()],
  };
}

function usedOf(action: Action, { budget_used: budgets = [] }: DryRunContext, policy: GatePolicy | null): number {
  const impact = policy?.catalogue.find((entry) => entry.action_type === action.action_type)?.impact;
  return budgets.find((budget) => budget.impact === impact)?.used ?? 0;
}

const reachOf = ({ target }: Action, { reach = [] }: DryRunContext): number | null =>
  reach.find((one) => one.target.type === target.type && one.target.id === target.id)?.entities ?? null;
