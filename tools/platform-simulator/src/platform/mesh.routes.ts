import { isObject, textAt } from '../graph/json.ts';
import { type Call, ok, Refusal, type Reply, type Route } from '../http/route.ts';
import type { MeshRegistry } from './mesh.ts';

/** Interval that services are asked to send heartbeats at (domain 6.1). */
const HEARTBEAT_SECONDS = 10;

export function meshRoutes(mesh: MeshRegistry): readonly Route[] {
  const post = (verb: string, handle: (call: Call) => Reply): Route => ({
    operation: `mesh.${verb}`,
    method: 'POST',
    path: `/api/v1/services/${verb}`,
    scope: 'none',
    handle,
  });
  return [
    post('register', (call) => register(mesh, call)),
    post('heartbeat', (call) => {
      const name = nameOf(call);
      if (!mesh.heartbeat(name, textAt(call.body, 'status') ?? 'healthy')) throw unknown(name);
      return ok({ status: 'ok', service_name: name });
    }),
    post('deregister', (call) => {
      const name = nameOf(call);
      if (!mesh.deregister(name)) throw unknown(name);
      return ok({ status: 'deregistered', service_name: name });
    }),
    {
      operation: 'mesh.services',
      method: 'GET',
      path: '/api/v1/services',
      scope: 'none',
      handle: () => ok({ services: mesh.live() }),
    },
  ];
}

function register(mesh: MeshRegistry, call: Call): Reply {
  const name = nameOf(call);
  if (!isObject(call.body) || textAt(call.body, 'base_url') === undefined) {
    throw new Refusal(400, 'invalid_registration', 'service_name and base_url are required');
  }
  const { renewed, expires_at } = mesh.register(name, call.body);
  return ok({
    status: renewed ? 'renewed' : 'registered',
    service_name: name,
    heartbeat_interval_seconds: HEARTBEAT_SECONDS,
    expires_at,
  });
}

const unknown = (name: string): Refusal =>
  new Refusal(404, 'not_registered', `${name} is not registered; register again`);

function nameOf({ body }: Call): string {
  const name = textAt(body, 'service_name');
  if (name === undefined) throw new Refusal(400, 'invalid_registration', 'service_name is required');
  return name;
}
