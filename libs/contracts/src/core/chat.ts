import { type Static, Type } from 'typebox';
import { stringEnum } from './schema.ts';

/** POST /chat request (domain.md 1.2). */
export const ChatRequest = Type.Object({
  message: Type.String({ minLength: 1, maxLength: 10_000 }),
  context: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type ChatRequest = Static<typeof ChatRequest>;

/** A citation of a ledger record: what was called, what came back, as hashes. `call_id` is a ledger entry id. */
export const ChatCitation = Type.Object({
  call_id: Type.String(),
  endpoint: Type.String(),
  timestamp: Type.String(),
  args_hash: Type.String(),
  response_hash: Type.String(),
  status: stringEnum(['success', 'error', 'timeout']),
  latency_ms: Type.Integer({ minimum: 0 }),
});
export type ChatCitation = Static<typeof ChatCitation>;

/** Structured action object of domain.md 5.4. */
export const ProposedAction = Type.Object({
  action: Type.String(),
  target: Type.String(),
  reason: Type.String(),
  risk_reduction_estimate: Type.Number({ minimum: 0, maximum: 1 }),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  priority: stringEnum(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']),
  approval_required: Type.Boolean(),
  blast_radius: stringEnum(['entity_only', 'segment', 'org_wide']),
  impact_level: stringEnum(['low', 'medium', 'high', 'critical']),
  evidence_count: Type.Integer({ minimum: 0 }),
  evidence_required: Type.Array(Type.String()),
});
export type ProposedAction = Static<typeof ProposedAction>;

export const ChatSource = Type.Object({
  type: Type.Literal('platform_api'),
  endpoint: Type.String(),
  call_id: Type.String(),
  timestamp: Type.String(),
  status: Type.String(),
  relevance: Type.Number({ minimum: 0, maximum: 1 }),
});

/** Evidence chain of domain.md 5.3. */
export const EvidenceChain = Type.Object({
  event_id: Type.Optional(Type.String()),
  finding_id: Type.Optional(Type.String()),
  call_ids: Type.Array(Type.String()),
  correlation_id: Type.Optional(Type.String()),
  chain_complete: Type.Boolean(),
  missing_links: Type.Union([Type.Array(Type.String()), Type.Null()]),
});

/** POST /chat reply (domain.md 1.2). */
export const ChatResponse = Type.Object({
  answer: Type.String(),
  citations: Type.Array(ChatCitation),
  proposed_actions: Type.Array(ProposedAction),
  sources: Type.Array(ChatSource),
  reasoning_summary: Type.String(),
  confidence: Type.Number({ minimum: 0, maximum: 1 }),
  data_dependencies: Type.Array(Type.String()),
  evidence_chain: EvidenceChain,
  request_id: Type.String(),
  schema_version: Type.Literal('1.0'),
  producer_version: Type.String(),
  _refused: Type.Optional(
    Type.Array(Type.Object({ action: Type.Unknown(), code: Type.String(), message: Type.String() })),
  ),
  _warnings: Type.Optional(Type.Array(Type.String())),
});
export type ChatResponse = Static<typeof ChatResponse>;
