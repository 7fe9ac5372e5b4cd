import type { OutboundRequest } from '@dmitry/outbound';
import { createScriptedClient, type ScriptedAnswer } from '@dmitry/outbound/memory';
import type { Clock } from '@dmitry/kit';
import { createAegisClient, createPdriClient, createPlatformClient, createServiceRegistry } from '../http/index.ts';
import type { PlatformContractSubject } from './platform.contract.ts';
import { effectAnswers } from './reference-effects.ts';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  readonly event: string;
}

interface World {
  readonly edges: Edge[];
  readonly effects: ReturnType<typeof effectAnswers>;
}

type Body = Readonly<Record<string, unknown>>;
type Route = readonly [
  pattern: RegExp,
  answer: (world: World, ids: readonly string[], request: OutboundRequest) => ScriptedAnswer,
];

const ok = (body: unknown): ScriptedAnswer => ({ status: 200, body });
const missing: ScriptedAnswer = { status: 404, body: { error: 'not known', code: 'not_found' } };
const at = '2026-01-01T00:00:00.000Z';
const known = (world: World, id: string): boolean => world.edges.some((edge) => edge.from === id || edge.to === id);

const findingsOf = (world: World): readonly { id: string; entity_id: string }[] =>
  world.edges
    .filter((edge) => edge.bytes > 100_000_000)
    .map((edge) => ({ id: `f-${edge.event}`, entity_id: edge.from }));

const platformFinding = (finding: { id: string; entity_id: string }): Body => ({
  ...finding,
  risk_score: 62,
  risk_level: 'HIGH',
  description: 'much data left',
  timestamp: at,
  factors: [],
  related_entities: [],
  recommendations: [],
});

const pdriFinding = ({ id, entity_id }: { id: string; entity_id: string }): Body => ({
  finding_id: id,
  title: 'much data left',
  severity: 'high',
  risk_score: 0.62,
  status: 'open',
  primary_entity_id: entity_id,
  created_at: at,
  updated_at: at,
});

const ROUTES: readonly Route[] = [
  [/^GET \/(api\/v1\/)?health$/, () => ok({ status: 'healthy', version: '1' })],
  [/^POST \/ingest\/events$/, (world, _ids, { body }) => ingest(world, body as Body)],
  [
    /^POST \/ingest\/events\/batch$/,
    (world, _ids, { body }) => {
      const statuses = (body as { events: Body[] }).events.map(
        (event) => (ingest(world, event) as { body: Body }).body['status'],
      );
      const count = (status: string): number => statuses.filter((each) => each === status).length;
      return ok({ processed: count('processed'), duplicates: count('duplicate'), errors: [] });
    },
  ],
  [
    /^GET \/api\/v1\/risk-findings$/,
    (world) => ok({ findings: findingsOf(world).map(platformFinding), total: findingsOf(world).length }),
  ],
  [
    /^GET \/api\/v1\/risk-findings\/([^/]+)$/,
    (world, [id]) =>
      found(
        findingsOf(world).find((one) => one.id === id),
        platformFinding,
      ),
  ],
  [
    /^GET \/api\/v1\/risk-findings\/([^/]+)\/actions$/,
    (world, [id]) =>
      found(
        findingsOf(world).find((one) => one.id === id),
        (one) => ({
          finding_id: one.id,
          actions: [
            { action_id: `a-${one.id}`, action_type: 'block_access', description: 'block it', priority: 'high' },
          ],
        }),
      ),
  ],
  [
    /^GET \/api\/v1\/entities\/search$/,
    (world, _ids, { path }) => {
      const wanted = new URL(path, 'http://x').searchParams.get('q') ?? '';
      const ids = [...new Set(world.edges.flatMap((edge) => [edge.from, edge.to]))].filter((id) => id.includes(wanted));
      const entities = ids.map((entity_id) => ({
        entity_id,
        entity_type: 'identity',
        risk_score: 62,
        risk_level: 'HIGH',
      }));
      return ok({ entities, total: entities.length });
    },
  ],
  [
    /^GET \/entities\/([^/]+)\/risk-score$/,
    (world, [id = '']) =>
      known(world, id)
        ? ok({
            entity_id: id,
            entity_type: 'identity',
            composite_score: 0.62,
            exposure_score: 0.7,
            sensitivity_score: 0.5,
            volatility_score: 0.1,
            confidence: 0.8,
            risk_level: 'high',
            calculated_at: at,
          })
        : missing,
  ],
  [/^GET \/analytics\/exposure-paths\/([^/]+)$/, exposurePaths],
  [
    /^GET \/api\/v1\/identity\/blast-radius\/([^/]+)$/,
    (world, [id = '']) => {
      const reached = world.edges.filter((edge) => edge.from === id).map((edge) => edge.to);
      const risk_metrics = { critical_resources: 0, sensitive_resources: 0, avg_sensitivity: 0, max_sensitivity: 0 };
      const breakdown = { data_stores: 0, services: 0, ai_tools: 0 };
      return known(world, id)
        ? ok({
            identity_id: id,
            found: true,
            blast_radius: reached.length,
            breakdown,
            risk_metrics,
            resource_ids: reached,
          })
        : missing;
    },
  ],
  [
    /^GET \/graph\/entities$/,
    (world, _ids, { path }) => {
      const center = new URL(path, 'http://x').searchParams.get('center_id') ?? '';
      const edges = world.edges.filter((edge) => edge.from === center || edge.to === center);
      const nodes = [...new Set(edges.flatMap((edge) => [edge.from, edge.to]))].map((id) => ({
        id,
        entity_type: 'identity',
      }));
      const shown = edges.map((edge) => ({
        src_id: edge.from,
        dst_id: edge.to,
        relation_type: 'EXPORTS_TO',
        weight: 0.9,
      }));
      return known(world, center) ? ok({ center, nodes, edges: shown }) : missing;
    },
  ],
  [
    /^GET \/api\/v1\/findings$/,
    (world) => {
      const findings = findingsOf(world).map(pdriFinding);
      return ok({ findings, total: findings.length, page: 1, page_size: 20, has_more: false });
    },
  ],
  [
    /^GET \/api\/v1\/findings\/([^/]+)$/,
    (world, [id]) =>
      found(
        findingsOf(world).find((one) => one.id === id),
        pdriFinding,
      ),
  ],
  [/^POST \/api\/v1\/incidents$/, () => ok({ status: 'created', ticket_id: 'INC-1' })],
  [/^POST \/api\/v1\/integrations\/risk-summary$/, () => ok({ status: 'accepted', received_at: at })],
  [
    /^GET \/api\/v1\/threat-intel$/,
    (world) =>
      ok(
        world.edges.map((edge) => ({
          threat_id: `t-${edge.to}`,
          threat_type: 'external',
          indicators: [edge.to],
          severity: 'low',
          description: '',
          first_seen: at,
        })),
      ),
  ],
  [
    /^GET \/api\/v1\/policies\/latest$/,
    () =>
      ok({
        updated_at: at,
        sanctioned_ai_tools: [],
        blocked_ai_providers: [],
        risk_thresholds: { critical: 0.8, high: 0.6, medium: 0.4 },
      }),
  ],
];

const found = <T>(value: T | undefined, show: (value: T) => Body): ScriptedAnswer =>
  value ? ok(show(value)) : missing;

function ingest(world: World, event: Body): ScriptedAnswer {
  const id = String(event['event_id']);
  if (world.edges.some((edge) => edge.event === id)) return ok({ status: 'duplicate', event_id: id });
  const bytes = Number(event['data_volume_estimate'] ?? 0);
  world.edges.push({ from: String(event['identity_id']), to: String(event['target_entity_id']), bytes, event: id });
  return ok({ status: 'processed', event_id: id });
}

function exposurePaths(world: World, [id = '']: readonly string[], { path }: OutboundRequest): ScriptedAnswer {
  if (!known(world, id)) return missing;
  const limit = Number(new URL(path, 'http://x').searchParams.get('limit'));
  const paths = world.edges
    .filter((edge) => edge.from === id)
    .slice(0, limit)
    .map((edge) => ({
      path_id: edge.event,
      source_id: edge.from,
      target_id: edge.to,
      target_type: 'external',
      path: [edge.from, edge.to],
      path_length: 1,
      risk_contribution: 0.6,
      sensitivity_tags: [],
    }));
  return ok({ entity_id: id, paths, total_paths: paths.length });
}

/**
 * A Platform, PDRI and Aegis in a few lines, without a network: what it is told by `ingest` is what it answers from, per tenant, and
 * effects follow the effect contract. For specs of whoever calls these ports; the simulator is the one with a risk graph.
 */
export function createReferencePlatform(clock: Clock): PlatformContractSubject {
  const worlds = new Map<string, World>();
  const members = new Set<string>();
  const worldOf = (tenant: string): World => {
    const world = worlds.get(tenant) ?? { edges: [], effects: effectAnswers(clock) };
    worlds.set(tenant, world);
    return world;
  };
  const client = createScriptedClient({
    service: 'platform',
    script: (request, context) => {
      const called = `${request.method} ${request.path.split('?')[0]}`;
      if (called.startsWith('POST /api/v1/services/')) return mesh(members, request);
      const world = worldOf(context?.tenant ?? '');
      const effect = world.effects.answer(request);
      if (effect) return effect;
      const route = ROUTES.find(([pattern]) => pattern.test(called));
      const ids = route?.[0].exec(called)?.slice(1).map(decodeURIComponent) ?? [];
      return route ? route[1](world, ids, request) : missing;
    },
  });
  return {
    platform: createPlatformClient(client),
    pdri: createPdriClient(client),
    aegis: createAegisClient(client),
    registry: createServiceRegistry(client, clock),
    acts: (tenant, effectKey) => worldOf(tenant).effects.acts(effectKey),
    close: () => client.close(),
  };
}

function mesh(members: Set<string>, { path, body }: OutboundRequest): ScriptedAnswer {
  const name = String((body as Body)['service_name']);
  if (path.endsWith('/register')) members.add(name);
  else if (!members.has(name)) return missing;
  if (path.endsWith('/deregister')) members.delete(name);
  return ok({ status: 'ok' });
}
