import { encodeBase64, type WrittenEntry } from '../core/index.ts';

/** Lengths of what follows: clear references, leaf. */
const LENGTHS_BYTES = 8;

/** Where the leaf and the payload parts of an entry stand, relative to its record. */
export interface RecordShape {
  readonly lookups: WrittenEntry['lookups'];
  readonly leafAt: number;
  readonly leafBytes: number;
  /** Lengths of the ciphertexts that follow the leaf. */
  readonly partBytes: readonly number[];
  readonly bytes: number;
  /** In place of an entry that was pruned: whose it was, and the hash of its leaf (base64). Nothing follows then. */
  readonly pruned?: { readonly tenant: string; readonly hash: string };
}

interface Clear {
  readonly lookups: WrittenEntry['lookups'];
  readonly parts: readonly number[];
  readonly pruned?: RecordShape['pruned'];
}

/** An entry as the journal keeps it: clear references (JSON), leaf, ciphertexts. */
export function encodeRecord({ bytes, parts, lookups }: WrittenEntry): {
  readonly pieces: readonly Uint8Array[];
  readonly shape: RecordShape;
} {
  const partBytes = parts.map(({ ciphertext }) => ciphertext.length);
  const clear: Clear = { lookups, parts: partBytes };
  const head = Buffer.from(JSON.stringify(clear), 'utf8');
  const lengths = Buffer.allocUnsafe(LENGTHS_BYTES);
  lengths.writeUInt32BE(head.length, 0);
  lengths.writeUInt32BE(bytes.length, 4);
  return {
    pieces: [lengths, head, bytes, ...parts.map(({ ciphertext }) => ciphertext)],
    shape: shapeOf(clear, head.length, bytes.length),
  };
}

/** What takes the place of a record whose entry is pruned: the tree needs its hash. */
export function encodePruned(tenant: string, hash: Uint8Array): Buffer {
  const clear: Clear = { lookups: {}, parts: [], pruned: { tenant, hash: encodeBase64(hash) } };
  const head = Buffer.from(JSON.stringify(clear), 'utf8');
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32BE(head.length, 0);
  return Buffer.concat([lengths, head]);
}

/** The records of a frame's body, with their places in it. */
export function* readRecords(body: Buffer): Generator<{ readonly at: number; readonly shape: RecordShape }> {
  for (let at = 0; at < body.length;) {
    const headBytes = body.readUInt32BE(at);
    const head = body.toString('utf8', at + LENGTHS_BYTES, at + LENGTHS_BYTES + headBytes);
    // The checksum of the frame says that this is what was written.
    const shape = shapeOf(JSON.parse(head) as Clear, headBytes, body.readUInt32BE(at + 4));
    yield { at, shape };
    at += shape.bytes;
  }
}

function shapeOf({ lookups, parts, pruned }: Clear, headBytes: number, leafBytes: number): RecordShape {
  const leafAt = LENGTHS_BYTES + headBytes;
  const bytes = parts.reduce((sum, length) => sum + length, leafAt + leafBytes);
  return { lookups, leafAt, leafBytes, partBytes: parts, bytes, ...(pruned && { pruned }) };
}
