import { type Clock, isoTime } from '@dmitry/kit';
import type { JsonObject } from '../graph/json.ts';

export interface LiveService extends JsonObject {
  readonly service_name: string;
  readonly status: string;
  readonly registered_at: string;
  readonly last_heartbeat_at: string;
}

interface Entry {
  readonly registration: JsonObject;
  readonly sinceMs: number;
  status: string;
  lastMs: number;
}

/** The mesh registry (domain 6.1): a service lives while its heartbeats come; afterwards it has to register again. */
export class MeshRegistry {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly clock: Clock,
    readonly expiryMs: number,
  ) {}

  register(name: string, registration: JsonObject): { readonly renewed: boolean; readonly expires_at: string } {
    const renewed = this.alive(name) !== undefined;
    const nowMs = this.clock.now();
    this.entries.set(name, { registration, sinceMs: nowMs, status: 'healthy', lastMs: nowMs });
    return { renewed, expires_at: isoTime(nowMs + this.expiryMs) };
  }

  /** @returns false where the service is not registered, or no longer */
  heartbeat(name: string, status: string): boolean {
    const entry = this.alive(name);
    if (!entry) return false;
    entry.lastMs = this.clock.now();
    entry.status = status;
    return true;
  }

  deregister(name: string): boolean {
    const was = this.alive(name) !== undefined;
    this.entries.delete(name);
    return was;
  }

  live(): readonly LiveService[] {
    return [...this.entries.keys()].sort().flatMap((name) => {
      const entry = this.alive(name);
      if (!entry) return [];
      return [
        {
          ...entry.registration,
          service_name: name,
          status: entry.status,
          registered_at: isoTime(entry.sinceMs),
          last_heartbeat_at: isoTime(entry.lastMs),
        },
      ];
    });
  }

  private alive(name: string): Entry | undefined {
    const entry = this.entries.get(name);
    return entry && this.clock.now() - entry.lastMs <= this.expiryMs ? entry : undefined;
  }
}
