import { describe, expect, it } from '@jest/globals';
import { AdviseResponse, ChatResponse, type Decision, parseWith } from '@dmitry/contracts';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createOfflineLlmProvider } from '@dmitry/llm/offline';
import type { OutboundRequest } from '@dmitry/outbound';
import { createScriptedClient } from '@dmitry/outbound/memory';
import { createPlatformClient } from '@dmitry/platform-client/http';
import { builtinPolicy, decisionOf, judge } from '@dmitry/safety-gate';
import type { Tx } from '@dmitry/storage';
import { createMemoryLedger } from '@dmitry/trust-ledger/memory';
import { createCallRecorder } from '@dmitry/trust-ledger/outbound';
import { type Advice, createAnalyst, toAdviseResponse, toChatResponse } from '../src/core/index.ts';
import { chatCitations } from '../src/ledger/index.ts';
import { createPlatformTools } from '../src/platform/index.ts';
import { createSanitizerGuard } from '../src/sanitizer/index.ts';
import { request } from './bench.ts';

const FINDING = {
  id: 'f-1',
  entity_id: 'billing',
  entity_type: 'service',
  risk_score: 72,
  risk_level: 'HIGH',
  description: 'Open port.',
  timestamp: '2026-01-01T00:00:00Z',
};
const ENTITIES = {
  entities: [{ entity_id: 'billing', entity_type: 'service', risk_score: 72, risk_level: 'HIGH' }],
  total: 1,
};

/** What the Platform answers, by path. */
function platformSays({ path }: OutboundRequest) {
  const body = path.includes('/entities/search')
    ? ENTITIES
    : path.endsWith('/actions')
      ? { finding_id: 'f-1', actions: [] }
      : path.endsWith('/f-1')
        ? { ...FINDING, factors: ['open port'], related_entities: [], recommendations: [] }
        : { findings: [FINDING], total: 1 };
  return { status: 200, body };
}

/** One request from the edge to the ledger: recorder, Platform client, analyst and gate as they run in production, in memory. */
async function oneRequest() {
  const clock = new ManualClock();
  const { ledger, database } = createMemoryLedger({ clock, ids: new SeededIds(clock, 'whole-way') });
  const session = await ledger.openSession('acme', { kind: 'analyst', name: 'analyst' });
  const [evidence] = await session.record([
    {
      type: 'evidence',
      facts: { rule: 'open-port' },
      lookups: { finding: 'f-1', event: 'ev-1', subjects: ['service:billing'] },
    },
  ]);
  const platform = createPlatformClient(createScriptedClient({ service: 'platform', script: platformSays }));
  const analyst = createAnalyst({
    llm: createOfflineLlmProvider(),
    platform: createPlatformTools(platform),
    guard: createSanitizerGuard(),
    clock,
  });
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.tenant('acme', work);
  const decide = async (advice: Advice): Promise<Decision[]> =>
    Promise.all(
      advice.proposals.map(async ({ action, confidence, evidence: cited }) => {
        const asked = {
          tenant: 'acme',
          action,
          findingId: null,
          confidence,
          evidence: cited,
          requestedBy: 'analyst',
          linked: ['f-1', 'billing'],
        };
        const resolved = await inTenant((tx) => ledger.resolve(tx, cited));
        const facts = {
          unavailable: advice.unavailable,
          approvalRefs: [],
          approvals: new Map(),
          budgetUsed: 0,
          reach: 1,
          halted: false,
        };
        return decisionOf(
          judge({ ...asked, ...facts, resolved, policy: builtinPolicy, nowMs: clock.now() }),
          asked,
          clock.now(),
        );
      }),
    );
  return {
    analyst,
    ledger,
    inTenant,
    decide,
    context: { tenant: 'acme', recorder: createCallRecorder(session, { database }) },
    handed: { entry: evidence?.id ?? '', kind: 'event', event: 'ev-1', finding: 'f-1' } as const,
  };
}

describe('from a finding to the wire, on a real ledger', () => {
  it('advises with citations that resolve, and what the gate makes of each proposal', async () => {
    const { analyst, context, handed, ledger, inTenant, decide } = await oneRequest();
    const advice = await analyst.advise(
      { request: { ...request, severity: 'high', risk_score: 72 }, evidence: [handed] },
      context,
    );
    const resolved = await inTenant((tx) => ledger.resolve(tx, advice.citations));
    expect(advice.citations).toHaveLength(4);
    expect(advice.citations.every((id) => resolved.get(id)?.succeeded)).toBe(true);

    const decisions = await decide(advice);
    expect(Object.fromEntries(decisions.map((each) => [each.action.action_type, each.verdict]))).toEqual({
      investigate: 'ALLOW',
      alert: 'ALLOW',
      increase_monitoring: 'ALLOW',
      rate_limit: 'STEP_UP',
      isolate_entity: 'STEP_UP',
    });
    const response = toAdviseResponse(advice, decisions, { processingTimeMs: 5 });
    expect(parseWith(AdviseResponse, response)).toMatchObject({ ok: true });
    expect(response.recommended_actions).toHaveLength(5);
    expect(response.evidence_chain.map((link) => link.type)).toEqual([
      'event',
      'finding',
      'platform_call',
      'platform_call',
      'platform_call',
    ]);
  });

  it('answers a question with the citations that the ledger holds', async () => {
    const { analyst, context, ledger, inTenant, decide } = await oneRequest();
    const advice = await analyst.chat(
      { request: { message: 'Which entity is riskiest, and why?' }, evidence: [] },
      context,
    );
    const citations = await inTenant((tx) => chatCitations(ledger, tx, advice.citations));
    const response = toChatResponse(advice, await decide(advice), { requestId: 'r-1', citations });
    expect(parseWith(ChatResponse, response)).toMatchObject({ ok: true });
    expect(response.answer).toContain('billing');
    expect(response.citations).toEqual([
      expect.objectContaining({ endpoint: 'platform:risk-findings.list', status: 'success' }),
    ]);
    expect(response.citations[0]?.response_hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
