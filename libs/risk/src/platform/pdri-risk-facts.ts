import type { EntityRef } from '@dmitry/contracts';
import type { CallContext } from '@dmitry/outbound';
import type { PdriClient } from '@dmitry/platform-client';
import type { EntityFacts, RiskFacts } from '../core/index.ts';

/** Reads that are under way at once. */
const PARALLEL = 4;

/**
 * Facts from PDRI, within one call context: each read has its intent and outcome, and the facts name the outcome. What PDRI does not
 * know of an entity is null; a read that failed also makes the answer partial.
 */
export const createPdriRiskFacts = (pdri: Pick<PdriClient, 'entityRisk'>, context: CallContext): RiskFacts => ({
  async gather(entities) {
    const facts: EntityFacts[] = [];
    let partial = false;
    for (let at = 0; at < entities.length; at += PARALLEL) {
      const read = await Promise.all(entities.slice(at, at + PARALLEL).map((entity) => factsOf(pdri, context, entity)));
      facts.push(...read.map((one) => one.facts));
      partial ||= read.some((one) => one.failed);
    }
    return { facts, partial };
  },
});

async function factsOf(
  pdri: Pick<PdriClient, 'entityRisk'>,
  context: CallContext,
  entity: EntityRef,
): Promise<{ readonly facts: EntityFacts; readonly failed: boolean }> {
  const result = await pdri.entityRisk(context, entity.id);
  if (result.kind === 'unavailable') {
    const nothing = { entity, exposure: null, sensitivity: null, volatility: null, criticality: null, evidence: [] };
    return { facts: nothing, failed: result.code !== 'platform.not_found' };
  }
  const { exposure_score, sensitivity_score, volatility_score } = result.value;
  return {
    facts: {
      entity,
      exposure: exposure_score,
      sensitivity: sensitivity_score,
      volatility: volatility_score,
      criticality: null, // PDRI keeps none: its composite is made of the three above
      evidence: result.entry === '' ? [] : [result.entry],
    },
    failed: result.kind !== 'fresh',
  };
}
