import { createHmac, hkdfSync } from 'node:crypto';
import { DmitryError, type IdSource } from '@dmitry/kit';
import type { DataKey, DataKeys, Sealer, Tx } from '../core/index.ts';
import { createSealer } from './sealer.ts';

export interface DataKeysOptions {
  readonly ids: IdSource;
  /** 256 bits from outside the database. Whoever loses it loses everything that was sealed. */
  readonly masterKey: Uint8Array;
}

interface KeyRow extends Record<string, unknown> {
  readonly id: string;
  readonly wrapped: Uint8Array;
}

const KEY_BYTES = 32;

/**
 * Data keys in the table `data_key`, wrapped under the master key and bound to tenant and id, so that a row moved elsewhere does not
 * open. Subjects stand there as keyed hashes: the table names nobody.
 */
export function createDataKeys({ ids, masterKey }: DataKeysOptions): DataKeys {
  if (masterKey.length !== KEY_BYTES)
    throw new TypeError(`a master key has ${KEY_BYTES} bytes, this one ${masterKey.length}`);
  return new SqlDataKeys(ids, masterKey);
}

class SqlDataKeys implements DataKeys {
  private readonly wrapping: DataKey;
  private readonly naming: Uint8Array;
  private readonly sealer: Sealer;

  constructor(
    private readonly ids: IdSource,
    masterKey: Uint8Array,
  ) {
    // RFC 5869: two uses of one secret, two keys
    const derive = (use: string): Uint8Array => new Uint8Array(hkdfSync('sha256', masterKey, '', use, KEY_BYTES));
    this.wrapping = { id: 'master', key: derive('dmitry data key wrapping v1') };
    this.naming = derive('dmitry data key subjects v1');
    this.sealer = createSealer(ids);
  }

  async current(tx: Tx, subject?: string): Promise<DataKey> {
    const name = this.nameOf(tx, subject);
    return (await this.find(tx, 'subject', name)) ?? this.make(tx, name);
  }

  byId(tx: Tx, id: string): Promise<DataKey | null> {
    return this.find(tx, 'id', id);
  }

  /** Older versions of the row lie in the files until VACUUM and in backups until these expire: wrapped, so of use only with the master key. */
  async erase(tx: Tx, subject?: string): Promise<number> {
    const where = [tx.tenant, this.nameOf(tx, subject)];
    await tx.query(`UPDATE data_key SET wrapped = '' WHERE tenant = $1 AND subject = $2`, where);
    const gone = await tx.query('DELETE FROM data_key WHERE tenant = $1 AND subject = $2 RETURNING id', where);
    return gone.length;
  }

  private async make(tx: Tx, name: string): Promise<DataKey> {
    const made: DataKey = { id: this.ids.uuid(), key: this.ids.bytes(KEY_BYTES) };
    const inserted = await tx.query(
      `INSERT INTO data_key (tenant, id, subject, wrapped) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant, subject) DO NOTHING RETURNING id`,
      [tx.tenant, made.id, name, this.sealer.seal(this.wrapping, made.key, placeOf(tx, made.id))],
    );
    if (inserted.length > 0) return made;
    const other = await this.find(tx, 'subject', name); // made by another transaction at the same moment
    if (other) return other;
    // it is there, but this transaction's snapshot is older
    throw new DmitryError('storage.contention', 'another transaction made the key first: run this one again', {
      retryable: true,
    });
  }

  private async find(tx: Tx, column: 'id' | 'subject', value: string): Promise<DataKey | null> {
    const [row] = await tx.query<KeyRow>(`SELECT id, wrapped FROM data_key WHERE tenant = $1 AND ${column} = $2`, [
      tx.tenant,
      value,
    ]);
    return row ? { id: row.id, key: this.sealer.open(this.wrapping, row.wrapped, placeOf(tx, row.id)) } : null;
  }

  private nameOf(tx: Tx, subject?: string): string {
    if (subject === undefined) return '';
    return createHmac('sha256', this.naming)
      .update(JSON.stringify([tx.tenant, subject]))
      .digest('hex');
  }
}

const placeOf = (tx: Tx, id: string): string => `data-key ${tx.tenant} ${id}`;
