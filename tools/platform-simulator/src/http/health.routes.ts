import { isoTime } from '@dmitry/kit';
import { VERSION } from '../identity.ts';
import { type Call, ok, type Reply, type Route } from './route.ts';

interface Facts {
  readonly startedMs: number;
  readonly tenants: () => number;
  readonly findingsOpen: () => number;
  readonly events: () => number;
}

/** Health of each service. The simulator is one process: what answers is up, and nothing else is claimed. */
export function healthRoutes(facts: Facts): readonly Route[] {
  return [
    get('platform.health', '/api/v1/health', () =>
      ok({ status: 'healthy', version: VERSION, services: { pdri: 'healthy', aegis: 'healthy', neo4j: 'not_used' } }),
    ),
    get('pdri.health', '/health', (call) => pdriHealth(facts, call)),
    get('pdri.ready', '/health/ready', () => ok({ ready: true, mode: 'full', neo4j: false, postgresql: false })),
    get('pdri.live', '/health/live', () => ok({ status: 'alive' })),
    get('pdri.capabilities', '/capabilities', () => ok(CAPABILITIES)),
    ...(['aegis', 'platform', 'llm'] as const).map((service) =>
      get(`${service}.service_health`, '/health', ({ nowMs }) => ok(headOf(service, facts, nowMs))),
    ),
  ];
}

const get = (operation: string, path: string, handle: (call: Call) => Reply): Route => ({
  operation,
  method: 'GET',
  path,
  scope: 'none',
  handle,
});

const headOf = (service: string, facts: Facts, nowMs: number) => ({
  service,
  status: 'healthy',
  version: VERSION,
  uptime_seconds: Math.max(0, Math.floor((nowMs - facts.startedMs) / 1000)),
  timestamp: isoTime(nowMs),
});

const pdriHealth = (facts: Facts, { nowMs }: Call): Reply =>
  ok({
    ...headOf('pdri', facts, nowMs),
    dependencies: [{ name: 'graph', status: 'healthy', message: `${facts.tenants()} tenants in memory` }],
    findings_open: facts.findingsOpen(),
    events_processed: facts.events(),
  });

/** What this PDRI serves of the predecessor's. */
const CAPABILITIES = {
  service: 'pdri',
  version: VERSION,
  contract_version: '1.3.0',
  capabilities: ['ingest', 'nodes', 'scoring', 'analytics', 'identity', 'findings', 'gateway'],
};
