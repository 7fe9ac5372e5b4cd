import { type GraphNode, usesOf } from '../graph/graph.ts';
import { flag, text } from '../graph/scoring.ts';
import { pathsFrom, reachable } from '../graph/traversal.ts';
import { forTenant, ok, type Route, type TenantCall } from '../http/route.ts';
import { nodeOf } from './node.routes.ts';
import type { Pdri } from './pdri.ts';

const PRIVILEGED = new Set(['admin', 'super_admin']);
const REACH = 5;

/** Who reaches what (domain 8.2, 8.3). */
export function identityRoutes(): readonly Route[] {
  const route = (operation: string, path: string, handle: (call: TenantCall) => ReturnType<typeof ok>): Route =>
    forTenant(`pdri.${operation}`, 'GET', `/api/v1/identity/${path}`, handle);
  return [
    route('blast_radius', 'blast-radius/:id', (call) => ok(blastRadius(call.world.pdri, nodeOf(call)))),
    route('blast_radius_downstream', 'blast-radius/:id/downstream', downstream),
    route('access_paths', 'access-paths/:id', accessPaths),
    route('privileged', 'privileged', ({ world }) => {
      const rows = privileged(world.pdri);
      return ok({ identities: rows, total: rows.length });
    }),
    route('over_permissioned', 'over-permissioned', ({ world }) => {
      const rows = overPermissioned(world.pdri);
      return ok({ identities: rows, total: rows.length });
    }),
    route('unauthorized_access', 'unauthorized-access', ({ world }) => {
      const rows = unauthorized(world.pdri);
      return ok({ accesses: rows, total: rows.length });
    }),
    route('identity_summary', 'summary', ({ world }) => ok(summary(world.pdri))),
  ];
}

/** Entities that an identity or tool reaches directly. */
const direct = (pdri: Pdri, node: GraphNode): readonly GraphNode[] => [
  ...new Set(pdri.graph.edgesOf(node.id, 'outgoing').flatMap((edge) => pdri.graph.node(edge.to) ?? [])),
];

function blastRadius(pdri: Pdri, node: GraphNode) {
  const reached = direct(pdri, node);
  const sensitivities = reached.map((other) => pdri.score(other).sensitivity);
  const count = (type: GraphNode['type']) => reached.filter((other) => other.type === type).length;
  return {
    identity_id: node.id,
    identity_name: node.name,
    privilege_level: text(node, 'privilege_level') ?? 'unknown',
    found: true,
    blast_radius: reached.length,
    breakdown: { data_stores: count('data_store'), services: count('service'), ai_tools: count('ai_tool') },
    risk_metrics: {
      critical_resources: sensitivities.filter((value) => value >= 0.8).length,
      sensitive_resources: sensitivities.filter((value) => value >= 0.5).length,
      avg_sensitivity: sensitivities.length === 0 ? 0 : sensitivities.reduce((a, b) => a + b, 0) / sensitivities.length,
      max_sensitivity: Math.max(0, ...sensitivities),
    },
    resource_ids: reached.map((other) => other.id),
  };
}

function downstream(call: TenantCall) {
  const { pdri } = call.world;
  const node = nodeOf(call);
  const radius = blastRadius(pdri, node);
  const all = reachable(pdri.graph, node.id, REACH);
  return ok({
    ...radius,
    direct_blast_radius: radius.blast_radius,
    downstream_exposure_count: all.length - radius.blast_radius,
    total_blast_radius: all.length,
    accessible_resources: all.map((other) => ({ id: other.id, name: other.name, type: other.type })),
    external_exposures: all.filter((other) => other.type === 'external').map((other) => other.id),
  });
}

/** Every resource that an identity reaches, and by which permission. */
function accessPaths(call: TenantCall) {
  const { pdri } = call.world;
  const node = nodeOf(call);
  const paths = pathsFrom(pdri.graph, node.id, { maxDepth: 3, limit: 100, ends: (other) => other.type !== 'identity' });
  const rows = paths.map((path) => ({
    identity: node.id,
    role: text(node, 'privilege_level') ?? 'unknown',
    permission: path.edges.map((edge) => edge.relation).join('>'),
    action: path.edges.at(-1)?.relation ?? '',
    resource: path.nodes.at(-1)?.id ?? '',
    sensitivity: pdri.score(path.nodes.at(-1) ?? node).sensitivity,
  }));
  return ok({ identity_id: node.id, access_paths: rows, total: rows.length });
}

function privileged(pdri: Pdri) {
  return pdri.graph
    .nodes('identity')
    .filter((node) => PRIVILEGED.has(text(node, 'privilege_level') ?? ''))
    .map((node) => ({
      identity_id: node.id,
      identity_name: node.name,
      has_mfa: flag(node, 'has_mfa') ?? false,
      privileged_roles: [text(node, 'privilege_level')],
      privileged_role_count: 1,
    }));
}

/** Permissions that were given and never used. */
function overPermissioned(pdri: Pdri) {
  return pdri.graph.nodes('identity').flatMap((node) => {
    const out = pdri.graph.edgesOf(node.id, 'outgoing');
    const permitted = new Set(out.filter((edge) => edge.relation === 'HAS_PERMISSION').map((edge) => edge.to));
    const accesses = out.filter((edge) => edge.relation === 'ACCESSES');
    const used = [...permitted].filter((id) => accesses.some((edge) => edge.to === id)).length;
    if (permitted.size === used) return [];
    return [
      {
        identity_id: node.id,
        permitted_resources: permitted.size,
        actually_accessed: used,
        total_accesses: accesses.reduce((sum, edge) => sum + usesOf(edge), 0),
        utilization_ratio: used / permitted.size,
        unused_permissions: permitted.size - used,
      },
    ];
  });
}

/** Accesses for which no permission was ever given. */
function unauthorized(pdri: Pdri) {
  return pdri.graph.nodes('identity').flatMap((node) => {
    const out = pdri.graph.edgesOf(node.id, 'outgoing');
    const permitted = new Set(out.filter((edge) => edge.relation === 'HAS_PERMISSION').map((edge) => edge.to));
    return out
      .filter((edge) => edge.relation === 'ACCESSES' && !permitted.has(edge.to))
      .map((edge) => ({ identity_id: node.id, resource_id: edge.to, accesses: usesOf(edge) }));
  });
}

function summary(pdri: Pdri) {
  const admins = privileged(pdri);
  const withoutMfa = admins.filter((row) => !row.has_mfa);
  const over = overPermissioned(pdri);
  return {
    total_identities: pdri.graph.nodes('identity').length,
    privileged_identities: admins.length,
    privileged_without_mfa: withoutMfa.length,
    over_permissioned: over.length,
    unauthorized_accesses: unauthorized(pdri).length,
    recommendations: [
      ...(withoutMfa.length > 0
        ? [{ priority: 'critical', text: `${withoutMfa.length} privileged identities have no second factor` }]
        : []),
      ...(over.length > 10
        ? [{ priority: 'high', text: `${over.length} identities hold permissions that they do not use` }]
        : []),
      ...(admins.length > 20 ? [{ priority: 'medium', text: `${admins.length} identities are privileged` }] : []),
    ],
  };
}
