import type { OutboundClient } from '@dmitry/outbound';
import type { TlogPolicy } from '../core/index.ts';
import { createWitnessClient, type WitnessClient } from './witness-client.ts';

/**
 * Clients of the witnesses that a policy gives an address: one file says whom the log asks and what verifiers demand. Keys with the same
 * address are one witness that signs with both. @param open a client whose base URL is the address
 */
export function witnessesOf({ addresses }: TlogPolicy, open: (url: string) => OutboundClient): WitnessClient[] {
  const byAddress = Map.groupBy(addresses, ([, url]) => url);
  return [...byAddress].map(([url, entries]) => {
    const keys = entries.map(([key]) => key);
    return createWitnessClient({ name: keys[0]?.name ?? url, keys, client: open(url) });
  });
}
