import type { ServiceRegistration } from '@dmitry/contracts';
import { type Clock, type Logger, silentLogger } from '@dmitry/kit';
import type { ServiceRegistry, ServiceStatus } from './service-registry.port.ts';

export interface MembershipOptions {
  readonly registry: ServiceRegistry;
  readonly registration: ServiceRegistration;
  /** What the heartbeat says: the service's own readiness. A fault is `unhealthy`. */
  readonly status: () => ServiceStatus | Promise<ServiceStatus>;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** @default 10 000 */
  readonly intervalMs?: number;
}

/** Heartbeats without an answer after which the registry is taken to have forgotten us (domain.md 6.1). */
const MAX_SILENCE = 5;

/** Keeps a service in the mesh: registers, sends heartbeats, registers again when forgotten, and leaves when stopped. */
export class Membership {
  private member = false;
  private silence = 0;
  private beating: Promise<void> | undefined;
  private cancel: (() => void) | undefined;

  constructor(private readonly options: MembershipOptions) {}

  /** Whether the registry knows us, as far as we know. */
  get registered(): boolean {
    return this.member;
  }

  /** Tries to register at once and keeps trying. Does not fail when the registry is not there. */
  async start(): Promise<void> {
    const { clock, intervalMs = 10_000 } = this.options;
    this.cancel ??= clock.every(intervalMs, () => void this.beat());
    await this.beat();
  }

  async stop(): Promise<void> {
    this.cancel?.();
    this.cancel = undefined;
    await this.beating;
    if (!this.member) return;
    this.member = false;
    await this.options.registry.deregister(this.options.registration.service_name);
  }

  /** One heartbeat; a slow one is not overtaken by the next. */
  private beat(): Promise<void> {
    this.beating ??= this.once().finally(() => (this.beating = undefined));
    return this.beating;
  }

  private async once(): Promise<void> {
    const { registry, registration } = this.options;
    if (!this.member && !(await this.join())) return;
    const answer = await registry.heartbeat(registration.service_name, await this.status());
    if (answer === 'no_answer') {
      this.silence += 1;
      if (this.silence >= MAX_SILENCE) this.member = false;
      return;
    }
    this.silence = 0;
    if (answer === 'not_registered') await this.join();
  }

  private async join(): Promise<boolean> {
    const { registry, registration, logger = silentLogger } = this.options;
    this.member = (await registry.register(registration)) === 'ok';
    this.silence = 0;
    if (this.member) logger.info('platform.registered', { service_name: registration.service_name });
    else logger.warn('platform.not_registered', { service_name: registration.service_name });
    return this.member;
  }

  private async status(): Promise<ServiceStatus> {
    try {
      return await this.options.status();
    } catch {
      return 'unhealthy';
    }
  }
}
