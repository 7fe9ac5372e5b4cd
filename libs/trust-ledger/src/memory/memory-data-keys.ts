import type { IdSource } from '@dmitry/kit';
import type { DataKey, DataKeys, Tx } from '@dmitry/storage';

/** Data keys that live as long as the process. */
export function createMemoryDataKeys(ids: IdSource): DataKeys {
  const keys = new Map<string, DataKey & { readonly owner: string; readonly tenant: string | null }>();
  const ownerOf = (tx: Tx, subject = ''): string => JSON.stringify([tx.tenant, subject]);
  const ownedBy = (owner: string) => [...keys.values()].filter((key) => key.owner === owner);
  return {
    current(tx, subject) {
      const owner = ownerOf(tx, subject);
      const key = ownedBy(owner)[0] ?? { id: ids.uuid(), key: ids.bytes(32), owner, tenant: tx.tenant };
      keys.set(key.id, key);
      return Promise.resolve(key);
    },
    byId(tx, id) {
      const key = keys.get(id);
      return Promise.resolve(key && key.tenant === tx.tenant ? key : null);
    },
    erase(tx, subject) {
      const erased = ownedBy(ownerOf(tx, subject));
      for (const { id } of erased) keys.delete(id);
      return Promise.resolve(erased.length);
    },
  };
}
