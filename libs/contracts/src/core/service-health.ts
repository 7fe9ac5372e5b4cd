import { type Static, Type } from 'typebox';
import { stringEnum } from './schema.ts';

/** `ServiceHealth` (domain.md 6.3). */
export const ServiceHealth = Type.Object({
  service: Type.String(),
  status: Type.String(),
  version: Type.String(),
  uptime_seconds: Type.Number(),
  checks: Type.Record(Type.String(), Type.Boolean()),
  timestamp: Type.String(),
});
export type ServiceHealth = Static<typeof ServiceHealth>;

/** Answer of `/ready` (domain.md 1.1, 6.2): with 503 the same body. A neighbour's trouble shows in `status` and never in `ready`. */
export const ServiceReadiness = Type.Object({
  ready: Type.Boolean(),
  status: stringEnum(['healthy', 'degraded', 'unhealthy'] as const),
  dependencies: Type.Record(Type.String(), stringEnum(['healthy', 'unavailable'] as const)),
  timestamp: Type.String(),
});
export type ServiceReadiness = Static<typeof ServiceReadiness>;

/** Answer of `/live`. */
export const ServiceLiveness = Type.Object({ alive: Type.Boolean(), timestamp: Type.String() });
export type ServiceLiveness = Static<typeof ServiceLiveness>;

/** `ServiceRegistration` (domain.md 6.1, 6.3). */
export const ServiceRegistration = Type.Object({
  service_name: Type.String(),
  service_type: Type.String(),
  base_url: Type.String(),
  version: Type.String(),
  capabilities: Type.Array(Type.String()),
  health_endpoint: Type.String(),
});
export type ServiceRegistration = Static<typeof ServiceRegistration>;

export const ServiceHeartbeat = Type.Object({
  service_name: Type.String(),
  status: Type.String(),
  timestamp: Type.String(),
});
export type ServiceHeartbeat = Static<typeof ServiceHeartbeat>;

export const SCHEMA_VERSION = '1.0';
export const PRODUCER_VERSION = '1.2';
