/** The door of @dmitry/risk: explainable scores whose terms add up. */
export {
  FINDING_WEIGHTS,
  findingScoreOf,
  FORMULA,
  scoreFinding,
  scoreOfTerms,
  VULNERABILITY_WEIGHTS,
} from './score.policy.ts';
export type { LowerBand, RiskScore, TermName, Weights } from './score.policy.ts';
export { parseScoreInput, ScoreInput } from './score-input.schema.ts';
export { cvssBase } from './cvss.ts';
export type { CvssScore } from './cvss.ts';
export { pdriScoreA, pdriScoreB } from './pdri-scoring.ts';
export type { PdriFactsA, PdriFactsB, PdriScore } from './pdri-scoring.ts';
export { bandOfScaled, bandOfWord, fromHouseScore, platformWord, SCALES, toHouseScore } from './scales.ts';
export type { Scale, ScaledScore } from './scales.ts';
export { RiskFacts } from './risk-facts.port.ts';
export type { EntityFacts } from './risk-facts.port.ts';
export { withFacts } from './with-facts.ts';
export type { RiskFaultCode } from './risk.errors.ts';
