import { Buffer } from 'node:buffer';
import type { Clock } from '@dmitry/kit';
import type { Database, DataKey, DataKeys, Sealer } from '@dmitry/storage';
import type { ValueSealer } from '../core/index.ts';

export interface TenantSealerOptions {
  readonly database: Database;
  readonly dataKeys: DataKeys;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** How long a key is kept in memory; an erased key opens cached values that much longer. @default 60 000 */
  readonly keyMs?: number;
}

/** Seals cached values under the data key of their tenant, so that erasing the key erases them wherever they are. */
export const createTenantSealer = (options: TenantSealerOptions): ValueSealer => new TenantSealer(options);

interface KnownKey {
  readonly key: Promise<DataKey | null>;
  readonly untilMs: number;
}

const MAX_KEYS = 10_000;

/** Key id, a zero byte, sealed bytes. */
class TenantSealer implements ValueSealer {
  private readonly known = new Map<string, KnownKey>();

  constructor(private readonly options: TenantSealerOptions) {}

  async seal(tenant: string, plain: Uint8Array, place: string): Promise<Uint8Array> {
    const { dataKeys, sealer } = this.options;
    const key = await this.keyOf(tenant, '', (tx) => dataKeys.current(tx));
    if (!key) throw new Error('the tenant has no data key');
    return Buffer.concat([Buffer.from(`${key.id}\0`, 'utf8'), sealer.seal(key, plain, place)]);
  }

  async open(tenant: string, sealed: Uint8Array, place: string): Promise<Uint8Array | null> {
    const { dataKeys, sealer } = this.options;
    const end = sealed.indexOf(0);
    if (end <= 0) return null;
    const id = Buffer.from(sealed.subarray(0, end)).toString('utf8');
    const key = await this.keyOf(tenant, id, (tx) => dataKeys.byId(tx, id));
    if (!key) return null;
    try {
      return sealer.open(key, sealed.subarray(end + 1), place);
    } catch {
      return null;
    }
  }

  private keyOf(
    tenant: string,
    id: string,
    find: (tx: Parameters<DataKeys['current']>[0]) => Promise<DataKey | null>,
  ): Promise<DataKey | null> {
    const { database, clock, keyMs = 60_000 } = this.options;
    const name = JSON.stringify([tenant, id]);
    const known = this.known.get(name);
    if (known && clock.monotonicMs() < known.untilMs) return known.key;
    const key = database.tenant(tenant, find);
    key.catch(() => this.known.delete(name));
    if (this.known.size >= MAX_KEYS) this.known.clear();
    this.known.set(name, { key, untilMs: clock.monotonicMs() + keyMs });
    return key;
  }
}
