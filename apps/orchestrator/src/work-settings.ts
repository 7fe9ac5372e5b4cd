import type { Config } from '@dmitry/kit/config';
import { DEFAULT_EFFECT_TIMES } from '@dmitry/workflow';
import type { OrchestratorParts } from './module.ts';
import type { orchestratorConfig } from './orchestrator.config.ts';

type Settings = Config<[typeof orchestratorConfig]>['orchestrator'];

/** What TENANT_TOPICS says of a topic that carries several tenants. */
const SEVERAL = '*';

export interface WorkSettings {
  readonly consume: OrchestratorParts['consume'];
  readonly patience: NonNullable<OrchestratorParts['patience']>;
  readonly jobs: Pick<OrchestratorParts['jobs'], 'leaseMs' | 'times'>;
}

/** What is consumed and how patiently it is worked on, as the settings say. */
export function workOf(own: Settings): WorkSettings {
  const topics = pairsOf(own.TENANT_TOPICS);
  const routing = {
    topics: Object.fromEntries(topics.filter(([, tenant]) => tenant !== SEVERAL)),
    accounts: Object.fromEntries(pairsOf(own.TENANT_ACCOUNTS)),
  };
  return {
    consume: { routing, topics: topics.map(([topic]) => topic), group: own.CONSUMER_GROUP },
    patience: { idleMs: own.IDLE_MS, latenessMs: own.LATENESS_MS },
    jobs: { leaseMs: own.JOB_LEASE_MS, times: { ...DEFAULT_EFFECT_TIMES, notAfterMs: own.EFFECT_NOT_AFTER_MS } },
  };
}

/** The pairs of `a=x,b=y`. */
const pairsOf = (text: string | undefined): readonly (readonly [string, string])[] =>
  (text ?? '')
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split('=') as [string, string]);
