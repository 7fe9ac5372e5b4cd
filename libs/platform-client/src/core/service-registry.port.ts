import type { ServiceRegistration } from '@dmitry/contracts';

/** `not_registered`: the registry does not know us (it restarted, or we were silent too long): register again. */
export type RegistryAnswer = 'ok' | 'not_registered' | 'no_answer';

export type ServiceStatus = 'healthy' | 'degraded' | 'unhealthy';

/** The mesh registry of the Platform (domain.md 6.1). Operations: counted, not recorded. Never rejects for a registry that fails. */
export interface ServiceRegistry {
  /** Registering again renews. */
  register(registration: ServiceRegistration): Promise<RegistryAnswer>;
  heartbeat(serviceName: string, status: ServiceStatus): Promise<RegistryAnswer>;
  deregister(serviceName: string): Promise<RegistryAnswer>;
}
export const ServiceRegistry = Symbol('ServiceRegistry');
