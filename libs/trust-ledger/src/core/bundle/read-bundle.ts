import { Bundle, type BundleEntry, canonicalBytes, MAX_ENTRY_BYTES, parseWith } from '@dmitry/contracts';
import { isDmitryError } from '@dmitry/kit';
import { opensCommitment } from '../entry/commitment.ts';
import { type Checkpoint, parseCheckpoint } from '../note/checkpoint.ts';
import { fault, type VerifyFault } from './verify-faults.ts';

/** A bundle that could be read, with what is wrong with its bytes. */
export interface ReadBundle {
  readonly bundle: Bundle;
  /** Leaf bytes, entry by entry. */
  readonly leaves: readonly Uint8Array[];
  readonly checkpoint: Checkpoint | null;
  readonly faults: readonly VerifyFault[];
}

/** Reads attacker-controlled bytes: whatever they are, the answer is a value. */
export function readBundle(
  bytes: Uint8Array,
): ReadBundle | { readonly bundle: null; readonly faults: readonly VerifyFault[] } {
  const json = parseJson(bytes);
  if ('why' in json) return { bundle: null, faults: [fault('not_a_bundle', '', json.why)] };
  const parsed = parseWith(Bundle, json.value);
  if (!parsed.ok)
    return {
      bundle: null,
      faults: parsed.faults.map(({ pointer, message }) => fault('not_a_bundle', pointer, message)),
    };
  const canonical = canonicalOrNull(json.value);
  if (!canonical) return { bundle: null, faults: [fault('not_a_bundle', '', 'holds what RFC 8785 cannot carry')] };
  const faults: VerifyFault[] = [];
  if (Buffer.compare(canonical, bytes) !== 0) faults.push(fault('not_canonical', '', differenceOf(canonical, bytes)));
  const checkpoint = readCheckpoint(parsed.value.checkpoint);
  if ('why' in checkpoint) faults.push(fault('checkpoint_invalid', '/checkpoint', checkpoint.why));
  const leaves = parsed.value.entries.map(({ entry }) => canonicalBytes(entry));
  for (const [at, entry] of parsed.value.entries.entries())
    faults.push(...entryFaults(entry, at, leaves[at] as Uint8Array));
  faults.push(...orderFaults(parsed.value.entries));
  return { bundle: parsed.value, leaves, checkpoint: 'why' in checkpoint ? null : checkpoint, faults };
}

function parseJson(bytes: Uint8Array): { readonly value: unknown } | { readonly why: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { why: `not a JSON document in UTF-8: ${(error as Error).message.slice(0, 120)}` };
  }
}

function canonicalOrNull(value: unknown): Uint8Array | null {
  try {
    return canonicalBytes(value);
  } catch {
    return null; // lone surrogates, numbers beyond a double, nesting without end
  }
}

function differenceOf(canonical: Uint8Array, bytes: Uint8Array): string {
  const at = canonical.findIndex((byte, n) => byte !== bytes[n]);
  return `byte ${at < 0 ? canonical.length : at} is not as RFC 8785 writes it: the document was changed or written anew`;
}

/** A checkpoint, or why it is none. */
export function readCheckpoint(note: string): Checkpoint | { readonly why: string } {
  try {
    return parseCheckpoint(note);
  } catch (error) {
    if (!isDmitryError(error)) throw error;
    return { why: error.message };
  }
}

function entryFaults({ entry, disclosed = {} }: BundleEntry, at: number, leaf: Uint8Array): VerifyFault[] {
  const faults: VerifyFault[] = [];
  if (leaf.length > MAX_ENTRY_BYTES)
    faults.push(fault('entry_too_large', `/entries/${at}/entry`, `an entry has at most ${MAX_ENTRY_BYTES} bytes`));
  for (const [field, disclosure] of Object.entries(disclosed)) {
    const commitment = Object.hasOwn(entry.commitments, field) ? entry.commitments[field] : undefined;
    if (!opensCommitment(commitment, disclosure))
      faults.push(
        fault('disclosure_mismatch', `/entries/${at}/disclosed`, `"${field}" is not what the entry committed to`),
      );
  }
  return faults;
}

function orderFaults(entries: readonly BundleEntry[]): VerifyFault[] {
  const at = entries.findIndex(({ index }, n) => n > 0 && index <= (entries[n - 1] as BundleEntry).index);
  return at < 0
    ? []
    : [fault('entry_order', `/entries/${at}/index`, 'entries stand in the order of the log, each once')];
}
