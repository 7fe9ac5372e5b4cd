import { describe, expect, it } from '@jest/globals';
import { ACTION_TYPES, AdviseResponse, type ChatCitation, ChatResponse, parseWith } from '@dmitry/contracts';
import { CATALOGUE } from '@dmitry/safety-gate';
import type { Static } from 'typebox';
import { type Advice, toAdviseResponse, toChatResponse } from './index.ts';
import { decision, ENTITY } from '../../test/bench.ts';

const READ = '01890000-0000-7000-8000-000000000001';
const EVENT = '01890000-0000-7000-8000-000000000002';
const proposal = (
  action_type: Advice['proposals'][number]['action']['action_type'],
  rest: Partial<Advice['proposals'][number]> = {},
) => ({
  action: { action_type, target: ENTITY, params: {} },
  reason: 'because',
  confidence: 0.8,
  evidence: [READ],
  priority: 8,
  ...rest,
});
const advice = (rest: Partial<Advice> = {}): Advice => ({
  kind: 'advice',
  code: null,
  subject: {
    findingId: 'f-1',
    eventId: 'ev-1',
    correlationId: 'c-1',
    entity: ENTITY,
    entityName: 'Billing',
    riskScore: 82,
    findingResolved: true,
    eventResolved: true,
  },
  summary: 'Billing is exposed. Act now.',
  claims: [],
  riskFactors: [{ factor: 'high_risk_score', severity: 'critical', description: 'Score 82.', evidence: [READ] }],
  impact: 'Customers could be hurt.',
  proposals: [proposal('isolate_entity')],
  citations: [READ, EVENT],
  refused: [],
  warnings: [],
  confidence: 0.7,
  evidence: [{ entry: EVENT, kind: 'event', event: 'ev-1', finding: 'f-1' }],
  toolCalls: [
    {
      tool: 'platform_get_finding_details',
      endpoint: '/api/v1/risk-findings/{finding_id}',
      entry: READ,
      status: 'success',
      code: null,
      startedMs: 0,
      latencyMs: 5,
    },
    {
      tool: 'platform_search_entities',
      endpoint: '/api/v1/entities/search',
      entry: 'failed',
      status: 'error',
      code: 'platform.timeout',
      startedMs: 0,
      latencyMs: 5,
    },
    {
      tool: 'platform_execute_action',
      endpoint: '',
      entry: '',
      status: 'refused',
      code: 'analyst.execute_refused',
      startedMs: 0,
      latencyMs: 0,
    },
  ],
  unavailable: [],
  modelCalls: ['m'],
  usage: { inputTokens: 1, outputTokens: 1 },
  provider: 'scripted',
  model: 'script',
  ...rest,
});
const judge = (of: Advice, verdict: Parameters<typeof decision>[1] = 'STEP_UP') =>
  of.proposals.map(({ action }) => decision(action, verdict, { evidence: [READ] }));
const timing = { processingTimeMs: 12.6 };
const citation = (id: string): [string, Static<typeof ChatCitation>] => [
  id,
  {
    call_id: id,
    endpoint: 'platform:finding.get',
    timestamp: '2026-01-01T00:00:00Z',
    args_hash: 'a',
    response_hash: 'b',
    status: 'success',
    latency_ms: 5,
  },
];
const chatParts = { requestId: 'r-1', citations: new Map([citation(READ), citation(EVENT)]) };

describe('toAdviseResponse (domain.md 1.3)', () => {
  it('is of the contract with real citations, which are strings', () => {
    const response = toAdviseResponse(advice(), judge(advice()), timing);
    expect(parseWith(AdviseResponse, response)).toMatchObject({ ok: true });
    expect(response).toEqual({
      summary: 'Billing is exposed. Act now.',
      risk_factors: [{ factor: 'high_risk_score', severity: 'critical', description: 'Score 82.', evidence: [READ] }],
      impact_analysis: 'Customers could be hurt.',
      recommended_actions: [
        {
          action_type: 'isolate_entity',
          target_type: 'service',
          target_id: 'billing',
          target_name: 'Billing',
          reason: 'because',
          confidence: 0.8,
          evidence_refs: [READ],
          blast_radius: 'low',
          priority: 8,
        },
      ],
      evidence_chain: [
        { type: 'event', id: EVENT },
        { type: 'finding', id: 'f-1' },
        { type: 'platform_call', id: READ },
      ],
      confidence: 0.7,
      citations: [READ, EVENT],
      processing_time_ms: 13,
    });
  });

  it('shows every refused action with its code: denied, deferred, not judged, or never resolved', () => {
    const asked = advice({
      proposals: [proposal('investigate'), proposal('alert'), proposal('log')],
      refused: [{ action: 'dance', code: 'analyst.unknown_action', message: 'no' }],
    });
    const decisions = [
      decision(asked.proposals[0]!.action, 'DENY'),
      decision(asked.proposals[1]!.action, 'DEFER', { reasons: [] }),
    ];
    const response = toAdviseResponse(asked, decisions, timing);
    expect(response.recommended_actions).toEqual([]);
    expect(response._refused?.map((each) => each.code)).toEqual([
      'analyst.unknown_action',
      'gate.insufficient_evidence',
      'gate.defer',
      'analyst.not_judged',
    ]);
  });

  it('shows the action as the gate would have it', () => {
    const asked = advice({ proposals: [proposal('shutdown_service')] });
    const milder = { action_type: 'isolate_entity', target: ENTITY, params: {} } as const;
    const response = toAdviseResponse(
      asked,
      [decision(asked.proposals[0]!.action, 'MODIFY', { modified: milder })],
      timing,
    );
    expect(response.recommended_actions[0]).toMatchObject({ action_type: 'isolate_entity' });
  });

  it('has a blast radius for each of the 14 action types', () => {
    const wire = { entity_only: 'low', segment: 'medium', org_wide: 'high' } as const;
    const asked = advice({ proposals: ACTION_TYPES.map((type) => proposal(type)) });
    expect(
      toAdviseResponse(asked, judge(asked, 'ALLOW'), timing).recommended_actions.map((each) => each.blast_radius),
    ).toEqual(CATALOGUE.map((entry) => wire[entry.blast_radius]));
  });

  it('fills in the impact by score where the model has no line for it', () => {
    const impactAt = (riskScore: number | null) =>
      toAdviseResponse(advice({ impact: ' ', subject: { ...advice().subject, riskScore } }), [], timing)
        .impact_analysis;
    expect([80, 79, 60, 59, 40, 39, null].map((score) => impactAt(score).split(' ')[0])).toEqual([
      'Critical',
      'High',
      'High',
      'Moderate',
      'Moderate',
      'Low',
      'Low',
    ]);
  });

  it('leaves ids that do not resolve out of the evidence chain, and shows warnings', () => {
    const asked = advice({
      evidence: [],
      toolCalls: [],
      warnings: ['careful'],
      subject: { ...advice().subject, findingResolved: false },
    });
    expect(toAdviseResponse(asked, judge(asked), timing)).toMatchObject({ evidence_chain: [], _warnings: ['careful'] });
  });
});

describe('toChatResponse (domain.md 1.2)', () => {
  it('is of the contract with real citations, which are objects', () => {
    const response = toChatResponse(advice(), judge(advice()), chatParts);
    expect(parseWith(ChatResponse, response)).toMatchObject({ ok: true });
    expect(response).toMatchObject({
      answer: 'Billing is exposed. Act now.',
      reasoning_summary: 'Billing is exposed.',
      citations: [{ call_id: READ }, { call_id: EVENT }],
      data_dependencies: ['/api/v1/risk-findings/{finding_id}', '/api/v1/entities/search'],
      sources: [
        {
          type: 'platform_api',
          call_id: READ,
          status: 'success',
          relevance: 0.9,
          timestamp: '1970-01-01T00:00:00.000Z',
        },
        { call_id: 'failed', status: 'error', relevance: 0.5 },
      ],
      evidence_chain: {
        event_id: 'ev-1',
        finding_id: 'f-1',
        correlation_id: 'c-1',
        call_ids: [READ],
        chain_complete: true,
        missing_links: null,
      },
      request_id: 'r-1',
      schema_version: '1.0',
    });
    expect(response).not.toHaveProperty('_warnings');
  });

  it('shows an action with what its evidence and the catalogue say of it', () => {
    expect(toChatResponse(advice(), judge(advice()), chatParts).proposed_actions).toEqual([
      {
        action: 'isolate_entity',
        target: 'billing',
        reason: 'because',
        risk_reduction_estimate: 0.4,
        confidence: 0.8,
        priority: 'HIGH',
        approval_required: true,
        blast_radius: 'entity_only',
        impact_level: 'high',
        evidence_count: 1,
        evidence_required: [READ],
      },
    ]);
  });

  it('labels priorities by the number that they reach', () => {
    const asked = advice({
      proposals: [10, 9, 7, 4].map((priority, index) => proposal(ACTION_TYPES[index] ?? 'log', { priority })),
    });
    expect(
      toChatResponse(asked, judge(asked, 'ALLOW'), chatParts).proposed_actions.map((each) => each.priority),
    ).toEqual(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']);
  });

  it('names the links that are missing', () => {
    const subject = {
      ...advice().subject,
      findingId: null,
      eventResolved: false,
      findingResolved: false,
      correlationId: null,
    };
    const asked = advice({ subject, evidence: [], toolCalls: [] });
    expect(toChatResponse(asked, [], chatParts).evidence_chain).toEqual({
      call_ids: [],
      chain_complete: false,
      missing_links: ['event_id', 'finding_id', 'platform_calls'],
    });
  });

  it('warns of a short answer, of low confidence and of citations that the ledger does not give', () => {
    const asked = advice({ summary: 'No', confidence: 0.1, warnings: ['careful'] });
    const response = toChatResponse(asked, [], { requestId: 'r-1', citations: new Map() });
    expect(response._warnings).toEqual([
      'careful',
      'the answer is very short',
      'the answer has no citations',
      'confidence is low: 0.1',
      '2 citation(s) could not be read from the ledger',
    ]);
    expect(response._refused?.[0]?.code).toBe('analyst.not_judged');
    expect(response.reasoning_summary).toBe('No');
  });
});
