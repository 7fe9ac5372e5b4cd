import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@dmitry/kit/memory';
import {
  Membership,
  type NeighbourState,
  neighbourIndicator,
  type RegistryAnswer,
  type ServiceRegistry,
  type ServiceStatus,
} from './index.ts';

const registration = {
  service_name: 'dmitry',
  service_type: 'dmitry',
  base_url: 'http://d',
  version: '1.2',
  capabilities: [],
  health_endpoint: '/health',
};

/** A registry that answers as told and remembers what it was asked. */
class TellingRegistry implements ServiceRegistry {
  readonly calls: string[] = [];
  answer: RegistryAnswer = 'ok';
  private known = false;

  async register(): Promise<RegistryAnswer> {
    this.calls.push('register');
    this.known = this.answer === 'ok';
    return this.answer;
  }

  async heartbeat(_name: string, status: ServiceStatus): Promise<RegistryAnswer> {
    this.calls.push(status);
    return this.answer === 'ok' && !this.known ? 'not_registered' : this.answer;
  }

  async deregister(): Promise<RegistryAnswer> {
    this.calls.push('deregister');
    return 'ok';
  }

  restart(): void {
    this.known = false;
  }
}

const begin = (status: () => ServiceStatus | Promise<ServiceStatus> = () => 'healthy') => {
  const clock = new ManualClock();
  const registry = new TellingRegistry();
  return { clock, registry, membership: new Membership({ registry, registration, status, clock }) };
};

describe('membership', () => {
  it('registers, says what readiness says, and leaves when stopped', async () => {
    let status: ServiceStatus = 'healthy';
    const { clock, registry, membership } = begin(() => status);
    await membership.start();
    status = 'degraded';
    await clock.advance(10_000);
    await membership.stop();
    await clock.advance(60_000);
    expect(registry.calls).toEqual(['register', 'healthy', 'degraded', 'deregister']);
    expect(membership.registered).toBe(false);
  });

  it('keeps trying while the registry is not there', async () => {
    const { clock, registry, membership } = begin();
    registry.answer = 'no_answer';
    await membership.start();
    await clock.advance(10_000);
    expect([registry.calls, membership.registered]).toEqual([['register', 'register'], false]);
    registry.answer = 'ok';
    await clock.advance(10_000);
    expect(membership.registered).toBe(true);
  });

  it('registers again at once when the registry has forgotten it', async () => {
    const { clock, registry, membership } = begin();
    await membership.start();
    registry.restart();
    await clock.advance(10_000);
    await clock.advance(10_000);
    expect(registry.calls).toEqual(['register', 'healthy', 'healthy', 'register', 'healthy']);
  });

  it('takes five unanswered heartbeats for being forgotten', async () => {
    const { clock, registry, membership } = begin();
    await membership.start();
    registry.answer = 'no_answer';
    await clock.advance(50_000);
    expect(membership.registered).toBe(false);
    registry.answer = 'ok';
    await clock.advance(10_000);
    expect(registry.calls.slice(-2)).toEqual(['register', 'healthy']);
  });

  it('says unhealthy when its readiness cannot be found out', async () => {
    const { registry, membership } = begin(() => Promise.reject(new Error('no idea')));
    await membership.start();
    expect(registry.calls).toEqual(['register', 'unhealthy']);
  });

  it('does not send a heartbeat while the last one is still on its way, and waits for it when stopped', async () => {
    const held = Promise.withResolvers<ServiceStatus>();
    let asked = 0;
    const { clock, registry, membership } = begin(() => ((asked += 1), asked === 1 ? held.promise : 'healthy'));
    const starting = membership.start();
    await clock.advance(30_000);
    expect(asked).toBe(1);
    const stopping = membership.stop();
    held.resolve('healthy');
    await Promise.all([starting, stopping]);
    expect(registry.calls).toEqual(['register', 'healthy', 'deregister']);
  });

  it('does not deregister what never was registered', async () => {
    const { registry, membership } = begin();
    await membership.stop();
    expect(registry.calls).toEqual([]);
  });
});

describe('neighbour indicator', () => {
  const check = (state: NeighbourState) =>
    neighbourIndicator('platform', { health: async () => state }).check(new AbortController().signal);

  it('is up while the neighbour answers and does not call itself down', async () => {
    expect(await check({ reachable: true, status: 'healthy' })).toEqual({ up: true });
    expect(await check({ reachable: true, status: 'degraded' })).toEqual({ up: true });
    expect(await check({ reachable: true, status: 'Unhealthy' })).toMatchObject({ up: false });
    expect(await check({ reachable: false, code: 'timeout' })).toEqual({ up: false, detail: 'no answer (timeout)' });
  });

  it('never takes a replica out of service', () => {
    expect(neighbourIndicator('pdri', { health: async () => ({ reachable: false, code: 'x' }) }).kind).toBe(
      'neighbour',
    );
  });
});
