import { canonicalBytes } from '@dmitry/contracts';
import type { DataKeys, Sealer, Tx } from '@dmitry/storage';

export interface SealedJson {
  readonly keyId: string;
  readonly body: Uint8Array;
}

/** JSON under the tenant's data key. `place` binds the bytes to their row. */
export class SealedValues {
  constructor(
    private readonly dataKeys: DataKeys,
    private readonly sealer: Sealer,
  ) {}

  async seal(
    tx: Tx,
    values: readonly { readonly value: unknown; readonly place: string }[],
  ): Promise<readonly SealedJson[]> {
    const key = await this.dataKeys.current(tx);
    return values.map(({ value, place }) => ({
      keyId: key.id,
      body: this.sealer.seal(key, canonicalBytes(value), place),
    }));
  }

  /** Null when the key was erased. */
  async open(tx: Tx, sealed: SealedJson, place: string): Promise<unknown> {
    const key = await this.dataKeys.byId(tx, sealed.keyId);
    if (!key) return null;
    return JSON.parse(Buffer.from(this.sealer.open(key, sealed.body, place)).toString('utf8')) as unknown;
  }
}
