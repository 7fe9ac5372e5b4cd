import { ledgerFault } from '../ledger.errors.ts';

/** Largest entry that fits a bundle: its length has 16 bits. */
const MAX_LENGTH = 0xffff;

/** C2SP tlog-tiles: each entry with its length in front, 16 bits, big-endian. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    if (entry.length > MAX_LENGTH)
      throw ledgerFault(
        'ledger.entry_too_large',
        `an entry of ${entry.length} bytes does not fit a bundle; ${MAX_LENGTH} do`,
      );
    parts.push(Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry);
  }
  return Buffer.concat(parts);
}

/** @throws DmitryError `ledger.tile_invalid` when the bytes end inside an entry */
export function decodeEntryBundle(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length;) {
    const start = at + 2;
    const end = start + ((bundle[at] as number) << 8) + (bundle[at + 1] ?? 0);
    if (start > bundle.length || end > bundle.length)
      throw ledgerFault('ledger.tile_invalid', `an entry bundle ends inside entry ${entries.length}`);
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  return entries;
}
