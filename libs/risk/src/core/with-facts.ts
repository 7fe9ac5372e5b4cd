import type { EntityFacts } from './risk-facts.port.ts';
import type { ScoreInput } from './score-input.schema.ts';

const FACTS = ['exposure', 'sensitivity', 'volatility', 'criticality'] as const;

/** An input with the worst of each fact over its entities, and the ledger entries that each came from. Facts it has already stay. */
export function withFacts(input: ScoreInput, facts: readonly EntityFacts[]): ScoreInput {
  const out: ScoreInput = { ...input, evidence: { ...input.evidence } };
  for (const name of FACTS) {
    const known = facts.filter((one) => one[name] !== null);
    if (known.length === 0 || (input[name] !== undefined && input[name] !== null)) continue;
    const worst = Math.max(...known.map((one) => one[name] ?? 0));
    out[name] = worst;
    const evidence = known.filter((one) => one[name] === worst).flatMap((one) => one.evidence);
    out.evidence = { ...out.evidence, [name]: [...new Set(evidence)].sort() };
  }
  return out;
}
