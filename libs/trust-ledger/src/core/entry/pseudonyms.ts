import { createHmac } from 'node:crypto';
import type { LedgerEntry } from '@dmitry/contracts';
import { ledgerFault } from '../ledger.errors.ts';
import type { Actor } from '../ledger.port.ts';
import { isKeyName } from '../note/signed-note.ts';

/** Names whose pseudonyms are remembered: every entry carries the same few. */
const REMEMBERED = 10_000;

/** Shorter keys could be guessed, and with the key every name. */
const MIN_KEY_BYTES = 32;

/** Names of a deployment as its logs show them: HMAC-SHA-256 under a key that never leaves the deployment. */
export interface Pseudonyms {
  tenant(name: string): string;
  actor(actor: Actor): LedgerEntry['actor'];
  /** `<deployment>/<tenant pseudonym>`: who the tenant's log says it is. */
  origin(tenant: string): string;
}

/**
 * The kind goes into the hash with the name, so that a tenant and a person of the same name do not share a pseudonym.
 * @throws DmitryError `ledger.key_invalid` when the key is too short or the deployment's name cannot stand in a checkpoint
 */
export function createPseudonyms(deployment: string, key: Uint8Array): Pseudonyms {
  if (key.length < MIN_KEY_BYTES)
    throw ledgerFault(
      'ledger.key_invalid',
      `the pseudonym key needs ${MIN_KEY_BYTES} bytes or more, got ${key.length}`,
    );
  if (!isKeyName(deployment))
    throw ledgerFault('ledger.key_invalid', `"${deployment}" cannot name logs: no spaces, no plus, not empty`);
  const remembered = new Map<string, string>();
  const of = (kind: string, name: string): string => {
    const text = `${kind}\n${name}`;
    let pseudonym = remembered.get(text);
    if (pseudonym === undefined) {
      pseudonym = createHmac('sha256', key).update(text).digest('hex');
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(text, pseudonym);
    }
    return pseudonym;
  };
  const tenant = (name: string): string => of('tenant', name);
  return {
    tenant,
    actor: ({ kind, name }) => ({ kind, pseudonym: of(kind, name) }),
    origin: (name) => `${deployment}/${tenant(name)}`,
  };
}
