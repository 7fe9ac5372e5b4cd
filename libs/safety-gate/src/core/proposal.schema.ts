import { type Static, Type } from 'typebox';
import { EntityRef, RiskFactor, strictObject } from '@dmitry/contracts';

const Ref = Type.String({ minLength: 1, maxLength: 256 });
const Refs = Type.Array(Ref, { maxItems: 64 });
const Text = Type.String({ minLength: 1, maxLength: 8_192 });
const Share = Type.Number({ minimum: 0, maximum: 1 });

/** One sentence and what it rests on. */
export const ProposedClaim = strictObject({ text: Text, citations: Refs });
export type ProposedClaim = Static<typeof ProposedClaim>;

/** An action as a model writes it; `action_type` may still be an alias. Every member is demanded: nothing is filled in for it. */
export const ProposedStep = strictObject({
  action_type: Type.String({ minLength: 1, maxLength: 64 }),
  target: EntityRef,
  params: Type.Record(Type.String({ maxLength: 128 }), Type.Unknown()),
  reason: Text,
  confidence: Share,
  priority: Type.Integer({ minimum: 1, maximum: 10 }),
  evidence: Refs,
});
export type ProposedStep = Static<typeof ProposedStep>;

/** What a model answers when it advises. Members that are not named here are refused. */
export const ProposalDocument = strictObject({
  summary: Text,
  claims: Type.Array(ProposedClaim, { maxItems: 64 }),
  risk_factors: Type.Array(strictObject({ ...RiskFactor.properties }), { maxItems: 64 }),
  impact_analysis: Text,
  confidence: Share,
  actions: Type.Array(ProposedStep, { maxItems: 32 }),
});
export type ProposalDocument = Static<typeof ProposalDocument>;
