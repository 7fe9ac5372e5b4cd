import { type PlatformRead, type PlatformTools, type ToolReading } from '@dmitry/analyst';
import { createScriptedAnalyst } from '@dmitry/analyst/memory';
import { createSanitizerGuard } from '@dmitry/analyst/sanitizer';
import type { CallOutcome } from '@dmitry/outbound';
import { exportEvent, openWorld, principal, type World } from './world.ts';

export const guard = createSanitizerGuard();

/** What the Platform says of a finding: whom else it concerns. It is recorded as a read over HTTP is. */
const platform: PlatformTools = {
  async read(call, { recorder }) {
    const intent = { service: 'platform', operation: 'risk-findings.get', effect: 'read', request: call } as const;
    const entry = await recorder.intent(intent);
    const said = answerTo(call);
    const outcome = { latencyMs: 3, attempts: 1, ...said.outcome };
    const id = await recorder.outcome(entry, intent, outcome);
    return said.reading(id);
  },
};

interface Said {
  readonly outcome: Pick<CallOutcome, 'status' | 'httpStatus' | 'response'>;
  readonly reading: (entry: string) => ToolReading;
}

function answerTo(call: PlatformRead): Said {
  if (call.tool === 'platform_search_entities')
    return {
      outcome: { status: 'error', httpStatus: 503, response: { status: 503, body: null } },
      reading: (entry) => ({ kind: 'unavailable', code: 'platform.server_error', entry }),
    };
  const data = { risk_score: 71, id: 'f', entity_type: 'data_store', entity_id: 'datastore:customers' };
  const partial = call.tool === 'platform_get_risk_findings';
  return {
    outcome: { status: 'success', httpStatus: 200, response: { status: 200, body: data } },
    reading: (entry) =>
      partial
        ? { kind: 'read', freshness: 'partial', data, note: 'limit_reached', entry }
        : { kind: 'read', freshness: 'stale', ageMs: 4_000, data, entry },
  };
}

type Script = Extract<Parameters<typeof createScriptedAnalyst>[0], (...args: never[]) => unknown>;

/** Reads three times, then proposes: to watch, and what needs a person. */
const model: Script = (asked) => {
  const entries = [...new Set(JSON.stringify(asked.messages).match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? [])];
  if (asked.messages.at(-1)?.role !== 'tool')
    return {
      toolCalls: [
        { name: 'platform_get_finding_details', arguments: '{"finding_id":"f"}' },
        { name: 'platform_get_risk_findings', arguments: '{}' },
        { name: 'platform_search_entities', arguments: '{"query":"eve"}' },
        { name: 'format_disk', arguments: '{}' },
      ],
      usage: { inputTokens: 10, outputTokens: 5 },
    };
  const step = (action_type: string, target: object) => ({
    action_type,
    target,
    params: {},
    reason: 'Data left.',
    confidence: 0.95,
    priority: 7,
    evidence: entries,
  });
  return {
    text: JSON.stringify({
      summary: 'Data left for the outside.',
      claims: [{ text: 'Eve exported customers.', citations: entries.slice(0, 1) }],
      risk_factors: [],
      impact_analysis: 'Customers could be hurt.',
      confidence: 0.9,
      actions: [
        step('alert', { type: 'identity', id: 'identity:eve' }),
        step('rate_limit', { type: 'identity', id: 'identity:eve' }),
        step('reboot', { type: 'identity', id: 'identity:eve' }),
      ],
    }),
  };
};

export const openRecordedWorld = (): Promise<World> =>
  openWorld({ analyst: (clock) => createScriptedAnalyst(model, { platform, guard, clock }) });

/** A run of a tenant to its end: late events, a new revision, advice, an approval, a person's own proposal, a halt. */
export async function recordRun(world: World, tenant: string): Promise<readonly string[]> {
  const { pipeline } = world;
  const record = (...numbers: readonly number[]) =>
    pipeline.recorder.record(
      tenant,
      numbers.map((n) => ({ record: exportEvent(n) })),
    );
  world.script.facts = ({ id }) =>
    id === 'identity:eve' ? { exposure: 0.9, sensitivity: 0.4, volatility: 0.2 } : null;
  await record(3, 2);
  await world.drain();
  await record(1, 400);
  await world.drain();
  const [approval] = await pipeline.reads.approvals(tenant, { status: 'pending' });
  const vote = { approved: true, assurance: 'session', approvalId: approval?.id ?? '', nonce: approval?.nonce ?? '' };
  await pipeline.approvals.vote(principal(tenant, 'ann', 'approver'), { ...vote, assurance: 'session' });
  await world.drain();
  await pipeline.halts.halt(tenant, { reason: 'drill', by: 'olga' });
  await pipeline.actions.propose(principal(tenant, 'ben', 'analyst'), {
    action: { action_type: 'monitor', target: { type: 'identity', id: 'identity:eve' }, params: {} },
    findingId: null,
    confidence: 0.8,
    evidence: ['made-up'],
  });
  return recordingOf(world, tenant);
}

export async function recordingOf(world: World, tenant: string): Promise<readonly string[]> {
  const lines: string[] = [];
  await world.pipeline.record(tenant, (line) => void lines.push(line));
  return lines;
}
