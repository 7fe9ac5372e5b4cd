import { createHmac, hkdfSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { IdSource } from '@dmitry/kit';
import type { DataKey, DataKeys, Sealer, Tx } from '@dmitry/storage';
import { createSealer } from '@dmitry/storage/sql';
import { ledgerFault } from '../core/index.ts';
import { syncPath, writeDurably } from './durable-file.ts';

export interface FileDataKeysOptions {
  readonly folder: string;
  readonly ids: IdSource;
  /** 256 bits that lie elsewhere than the folder. Whoever loses it loses everything that was sealed. */
  readonly masterKey: Uint8Array;
}

/** A key's file: whose it is, as keyed hashes, and the key under the master key, base64. */
interface KeyFile {
  readonly tenant: string;
  readonly owner: string;
  readonly wrapped: string;
}

const KEY_BYTES = 32;
const SUFFIX = '.key';

/**
 * Data keys as files, one a key, wrapped under the master key and bound to their place. A key is on the disk before anything is sealed under
 * it. Destroying one overwrites and removes its file; what a backup or the disk itself still has of it is of use only with the master key.
 * One process has the folder.
 */
export function createFileDataKeys(options: FileDataKeysOptions): DataKeys {
  if (options.masterKey.length !== KEY_BYTES)
    throw ledgerFault('ledger.key_invalid', `a master key has ${KEY_BYTES} bytes, got ${options.masterKey.length}`);
  return new FileDataKeys(options);
}

class FileDataKeys implements DataKeys {
  private readonly wrapping: DataKey;
  private readonly naming: Uint8Array;
  private readonly sealer: Sealer;
  private readonly files = new Map<string, KeyFile>();
  /** Ids by owner. */
  private readonly owned = new Map<string, string>();
  /** Keys in use, by tenant and subject. */
  private readonly inUse = new Map<string, Promise<DataKey>>();

  constructor(private readonly options: FileDataKeysOptions) {
    const { masterKey, folder, ids } = options;
    // RFC 5869: two uses of one secret, two keys
    const derive = (use: string): Uint8Array => new Uint8Array(hkdfSync('sha256', masterKey, '', use, KEY_BYTES));
    this.wrapping = { id: 'master', key: derive('dmitry ledger key files wrapping v1') };
    this.naming = derive('dmitry ledger key files owners v1');
    this.sealer = createSealer(ids);
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder).filter((one) => one.endsWith(SUFFIX)))
      this.know(name.slice(0, -SUFFIX.length), readKeyFile(join(folder, name)));
  }

  current(tx: Tx, subject?: string): Promise<DataKey> {
    const name = nameOf(tx, subject);
    let key = this.inUse.get(name);
    if (!key) {
      key = this.findOrMake(tx, name);
      this.inUse.set(name, key);
      key.catch(() => this.inUse.delete(name));
    }
    return key;
  }

  byId(tx: Tx, id: string): Promise<DataKey | null> {
    const file = this.files.get(id);
    const own = file?.tenant === this.hash(nameOf(tx));
    return Promise.resolve(file && own ? this.unwrap(id, file) : null);
  }

  async erase(tx: Tx, subject?: string): Promise<number> {
    const name = nameOf(tx, subject);
    await this.inUse.get(name)?.catch(() => null);
    this.inUse.delete(name);
    const owner = this.hash(name);
    const id = this.owned.get(owner);
    if (id === undefined) return 0;
    this.owned.delete(owner);
    this.files.delete(id);
    await destroyFile(this.pathOf(id));
    await syncPath(this.options.folder);
    return 1;
  }

  private async findOrMake(tx: Tx, name: string): Promise<DataKey> {
    const owner = this.hash(name);
    const known = this.owned.get(owner);
    if (known !== undefined) return this.unwrap(known, this.files.get(known) as KeyFile);
    const { ids } = this.options;
    const made: DataKey = { id: ids.uuid(), key: ids.bytes(KEY_BYTES) };
    const wrapped = Buffer.from(this.sealer.seal(this.wrapping, made.key, placeOf(owner, made.id))).toString('base64');
    const file: KeyFile = { tenant: this.hash(nameOf(tx)), owner, wrapped };
    await writeDurably(this.pathOf(made.id), JSON.stringify(file));
    this.know(made.id, file);
    return made;
  }

  private know(id: string, file: KeyFile): void {
    this.files.set(id, file);
    this.owned.set(file.owner, id);
  }

  private unwrap(id: string, { owner, wrapped }: KeyFile): DataKey {
    return { id, key: this.sealer.open(this.wrapping, Buffer.from(wrapped, 'base64'), placeOf(owner, id)) };
  }

  private hash(name: string): string {
    return createHmac('sha256', this.naming).update(name).digest('hex');
  }

  private pathOf(id: string): string {
    return join(this.options.folder, `${id}${SUFFIX}`);
  }
}

const nameOf = ({ tenant }: Tx, subject?: string): string => JSON.stringify([tenant, subject ?? null]);

const placeOf = (owner: string, id: string): string => `ledger key file ${owner} ${id}`;

function readKeyFile(path: string): KeyFile {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as KeyFile;
  } catch (error) {
    throw ledgerFault('ledger.files_damaged', `${path} is no key file: restore it`, { cause: error });
  }
}

async function destroyFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await rm(path);
}
