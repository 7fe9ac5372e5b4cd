import type { Confidence } from '@dmitry/contracts';
import type { GatePolicy } from './gate-policy.schema.ts';

/** Four digits: enough for any threshold, and the same on every engine. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** What `count` pieces of counted evidence support, by the policy's formula. */
export function supportedConfidence(count: number, policy: GatePolicy): number {
  const { doubt, decay } = policy.confidence;
  return count <= 0 ? 0 : rounded(1 - doubt * decay ** (count - 1));
}

/** The lower of the claim and what the evidence supports: a constant 0.95 from a model changes nothing. */
export function confidenceOf(claimed: number, count: number, policy: GatePolicy): Confidence {
  const supported = supportedConfidence(count, policy);
  return { claimed, supported, effective: Math.min(claimed, supported), formula: policy.confidence.formula };
}

/** Whether a claim is a confidence at all. */
export const isConfidence = (claimed: unknown): claimed is number =>
  typeof claimed === 'number' && claimed >= 0 && claimed <= 1;
