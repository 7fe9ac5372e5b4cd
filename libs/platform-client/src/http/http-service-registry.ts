import type { ServiceHeartbeat, ServiceRegistration } from '@dmitry/contracts';
import { type Clock, isoTime } from '@dmitry/kit';
import type { OutboundClient } from '@dmitry/outbound';
import type { RegistryAnswer, ServiceRegistry, ServiceStatus } from '../core/index.ts';

/** The mesh registry of the Platform over HTTP. */
export const createServiceRegistry = (outbound: OutboundClient, clock: Clock): ServiceRegistry =>
  new HttpServiceRegistry(outbound, clock);

class HttpServiceRegistry implements ServiceRegistry {
  constructor(
    private readonly outbound: OutboundClient,
    private readonly clock: Clock,
  ) {}

  register(registration: ServiceRegistration): Promise<RegistryAnswer> {
    return this.post('register', registration, 10_000);
  }

  heartbeat(serviceName: string, status: ServiceStatus): Promise<RegistryAnswer> {
    const body: ServiceHeartbeat = { service_name: serviceName, status, timestamp: isoTime(this.clock.now()) };
    return this.post('heartbeat', body, 5_000);
  }

  deregister(serviceName: string): Promise<RegistryAnswer> {
    return this.post('deregister', { service_name: serviceName }, 5_000);
  }

  private async post(step: string, body: object, timeoutMs: number): Promise<RegistryAnswer> {
    const result = await this.outbound.operate({
      method: 'POST',
      path: `/api/v1/services/${step}`,
      operation: `services.${step}`,
      kind: 'keyed', // by its service name
      body,
      timeoutMs,
    });
    if (result.kind === 'ok') return 'ok';
    return result.kind === 'refused' && (result.status === 404 || result.status === 410)
      ? 'not_registered'
      : 'no_answer';
  }
}
