import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isDmitryError } from '@dmitry/kit';
import {
  checkSignature,
  CompactTree,
  EMPTY_ROOT,
  encodeEntryBundle,
  fsck,
  leafHash,
  nodeHash,
  parseCheckpoint,
  parseSignatureLines,
  parseSignedNote,
  parseTilePath,
  parseTlogPolicy,
  parseTlogProof,
  parseVerifierKey,
  tilePath,
  TileTree,
  verifyConsistency,
  verifyInclusion,
} from '../src/core/index.ts';

const kit = process.env['DMITRY_KIT'];

/** The published file, or null where the kit is not at hand: then the suite says so by name and checks what it can. */
function load(name: string): unknown {
  if (kit) {
    const bytes = readFileSync(path.join(kit, 'ledger', name));
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    return name.includes('.ndjson')
      ? text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown)
      : (JSON.parse(text) as unknown);
  }
  console.warn(`NOT CHECKED: ledger/${name} (DMITRY_KIT is not set)`);
  expect(Buffer.from(EMPTY_ROOT).toString('hex')).toMatch(/^e3b0c442/);
  return null;
}

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');
const base64 = (text: string): Uint8Array => Buffer.from(text, 'base64');

interface Reference {
  readonly leaf_inputs_hex: readonly string[];
  readonly leaf_hashes: readonly string[];
  readonly roots_by_size: readonly string[];
  readonly inclusion: readonly { readonly index: number; readonly size: number; readonly path: readonly string[] }[];
  readonly consistency: readonly { readonly from: number; readonly to: number; readonly path: readonly string[] }[];
}

interface Probe {
  readonly id: string;
  readonly kind: string;
  readonly wantErr: boolean;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
}

interface TesseraLog {
  readonly origin: string;
  readonly verifier_key: string;
  readonly leaves: readonly { readonly text: string; readonly leaf_hash: string }[];
  readonly checkpoints: readonly { readonly size: number; readonly note: string }[];
  readonly partial_tiles: Readonly<Record<string, string>>;
}

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly input: Readonly<Record<string, string>>;
  readonly expect: Readonly<Record<string, unknown>>;
  readonly root_bytes?: number | null;
}

/** Whether a parser takes the text; what is no coded refusal is a fault of the parser. */
function takes(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (!isDmitryError(error)) throw error;
    return false;
  }
}

describe('RFC 6962 reference vectors', () => {
  it('give the same hashes, roots and proofs (data kit; NOT CHECKED without it)', async () => {
    const reference = load('rfc6962-reference.json') as Reference | null;
    if (!reference) return;
    const hashes = reference.leaf_inputs_hex.map((input) => leafHash(hex(input)));
    expect(hashes.map((hash) => Buffer.from(hash).toString('hex'))).toEqual(reference.leaf_hashes);
    const source = { tile: () => Promise.resolve(Buffer.concat(hashes)) };
    const rootOf = (size: number): Uint8Array => hex(reference.roots_by_size[size] as string);
    for (const [size] of reference.roots_by_size.entries())
      expect(Buffer.from(CompactTree.empty.append(hashes.slice(0, size)).root())).toEqual(rootOf(size));
    for (const { index, size, path: expected } of reference.inclusion) {
      const proof = await new TileTree(source, size).inclusionProof(index);
      expect(proof.map((hash) => Buffer.from(hash).toString('hex'))).toEqual(expected);
      expect(
        verifyInclusion({ index, size, leafHash: hashes[index] as Uint8Array, root: rootOf(size), path: proof }),
      ).toBe(true);
    }
    for (const { from, to, path: expected } of reference.consistency) {
      const proof = await new TileTree(source, to).consistencyProof(from);
      expect(proof.map((hash) => Buffer.from(hash).toString('hex'))).toEqual(expected);
      expect(
        verifyConsistency({
          firstSize: from,
          firstRoot: rootOf(from),
          secondSize: to,
          secondRoot: rootOf(to),
          path: proof,
        }),
      ).toBe(true);
    }
  });

  it('are refused wherever the published probes are wrong (data kit; NOT CHECKED without it)', () => {
    const probes = load('merkle-proofs.ndjson.gz') as readonly Probe[] | null;
    if (!probes) return;
    const own = probes.filter(({ kind }) => kind === 'inclusion' || kind === 'consistency');
    const wrong = own.filter((probe) => verdictOf(probe) === probe.wantErr).map(({ id }) => id);
    expect(wrong).toEqual([]);
    expect(own.length).toBeGreaterThanOrEqual(98);
  });
});

function verdictOf(probe: Probe): boolean {
  const proof = (probe.proof ?? []).map(base64);
  if (probe.kind === 'inclusion') {
    const claim = {
      index: probe.leafIdx,
      size: probe.treeSize,
      leafHash: base64(probe.leafHash),
      root: base64(probe.root),
    };
    return verifyInclusion({ ...claim, path: proof });
  }
  const [firstRoot, secondRoot] = [base64(probe.root1), base64(probe.root2)];
  return verifyConsistency({ firstSize: probe.size1, firstRoot, secondSize: probe.size2, secondRoot, path: proof });
}

describe("another implementation's log", () => {
  it('passes fsck at every checkpoint, its signatures verify, and each state is the beginning of the next (data kit; NOT CHECKED without it)', async () => {
    const log = load('tessera-log.json') as TesseraLog | null;
    if (!log) return;
    const key = parseVerifierKey(log.verifier_key);
    for (const { size, note } of log.checkpoints) {
      const source = {
        checkpointNote: () => Promise.resolve(note),
        tile: (level: number | 'entries', index: number, width: number) => {
          const bytes = log.partial_tiles[tilePath({ level, index, width })];
          return Promise.resolve(bytes === undefined ? null : base64(bytes));
        },
      };
      const since = log.checkpoints.filter((one) => one.size <= size).map((one) => one.note);
      expect(await fsck(source, { keys: [key], since })).toMatchObject({ ok: true, size, entries: size, faults: [] });
    }
    const leaves = log.leaves.map(({ text }) => Buffer.from(text));
    expect(leaves.map((leaf) => Buffer.from(leafHash(leaf)).toString('base64'))).toEqual(
      log.leaves.map((leaf) => leaf.leaf_hash),
    );
    for (const tile of Object.keys(log.partial_tiles)) {
      const { level, width } = parseTilePath(tile);
      const bytes =
        level === 'entries'
          ? encodeEntryBundle(leaves.slice(0, width))
          : Buffer.concat(leaves.slice(0, width).map(leafHash));
      expect(Buffer.from(bytes).toString('base64')).toBe(log.partial_tiles[tile]);
    }
  });
});

/** Signature types of other ecosystems, which this library does not read: ECDSA (2) and static CT (5). */
const isForeignKey = (text: string): boolean => ![1, 4, 6].includes(base64(text.split('+').slice(2).join('+'))[0] ?? 0);

const checks: Readonly<Record<string, (vector: Vector) => void>> = {
  'checkpoint-text': ({ input, expect: wanted, root_bytes }) => {
    // Stricter than upstream: a root of SHA-256 has 32 bytes, extension lines are not blank.
    const strict = root_bytes === 32 && wanted['upstream_parses'] === true;
    expect(takes(() => parseCheckpoint(`${input['text']}\n— a AAAAAAA=\n`))).toBe(strict);
  },
  checkpoint: ({ input, expect: wanted }) => {
    const checkpoint = parseCheckpoint(input['note'] as string);
    expect(checkpoint).toMatchObject({ origin: wanted['origin'], size: wanted['size'] });
    expect(Buffer.from(checkpoint.root).toString('base64')).toBe(wanted['root']);
    expect(checkpoint.signatures).toHaveLength(wanted['signatures'] as number);
  },
  cosignature: ({ input, expect: wanted }) => {
    const { signatures } = parseCheckpoint(input['note'] as string);
    const cosignature = signatures[1];
    expect(cosignature).toMatchObject({ name: wanted['cosigner'], keyId: wanted['cosigner_key_id'] });
    expect(Number(Buffer.from(cosignature?.signature ?? []).readBigUInt64BE(0))).toBe(wanted['timestamp']);
  },
  'signed-note': ({ input, expect: wanted }) => {
    const { signatures, text } = parseSignedNote(input['note'] as string);
    if (wanted['signers']) expect(signatures.map(({ name }) => name)).toEqual(wanted['signers']);
    if (wanted['key_ids']) expect(signatures.map(({ keyId }) => keyId)).toEqual(wanted['key_ids']);
    const key = input['verifier_key'];
    if (!key) return;
    if (isForeignKey(key)) expect(takes(() => parseVerifierKey(key))).toBe(false);
    else
      expect(signatures.some((one) => checkSignature(parseVerifierKey(key), text, one).kind === 'verified')).toBe(
        wanted['verifies'],
      );
  },
  'verifier-key': ({ input, expect: wanted }) => {
    const key = input['verifier_key'] as string;
    expect(takes(() => parseVerifierKey(key))).toBe(wanted['valid'] === true && !isForeignKey(key));
  },
  'tile-path': ({ input, expect: wanted }) => {
    expect(tilePath({ level: 0, index: Number(input['index']), width: 256 })).toBe(`tile/0/${String(wanted['path'])}`);
  },
  'tlog-policy': ({ input, expect: wanted }) => {
    const policy = input['policy'] as string;
    if (policy.includes('<vkey>')) expect(policy.match(/^witness /gm)).toHaveLength(wanted['witnesses'] as number);
    else expect(takes(() => parseTlogPolicy(policy))).toBe(wanted['valid']);
  },
  'witness-response': ({ input, expect: wanted }) => {
    const cosignatures = parseSignatureLines(input['body'] as string);
    expect(cosignatures.map(({ name }) => name)).toEqual(wanted['cosigners']);
  },
  'tlog-proof': ({ input, expect: wanted }) => {
    const proof = input['proof'] as string;
    expect(takes(() => parseTlogProof(proof))).toBe(wanted['upstream_parses']);
    if (wanted['upstream_parses'] !== true) return;
    const { index, path: hashes, extra } = parseTlogProof(proof);
    expect([index, hashes.length, extra !== undefined]).toEqual([
      wanted['index'],
      wanted['path_hashes'],
      wanted['extra'],
    ]);
  },
};

/** Of other formats than this library's: JSON tree heads of CT, keys built from DER, requests for cosignatures of subtrees. */
const OTHER_FORMATS = ['sth-to-checkpoint', 'verifier-key-build', 'witness-request'];

describe('vectors of the C2SP specifications', () => {
  it('are read as the specifications say (data kit; NOT CHECKED without it)', () => {
    const vectors = load('spec-vectors.json') as readonly Vector[] | null;
    if (!vectors) return;
    for (const vector of vectors) {
      if (OTHER_FORMATS.includes(vector.kind)) continue;
      const check = checks[vector.kind];
      if (!check) throw new Error(`no check for vectors of kind ${vector.kind}`);
      try {
        check(vector);
      } catch (error) {
        throw new Error(`vector ${vector.id}`, { cause: error });
      }
    }
    expect(nodeHash(EMPTY_ROOT, EMPTY_ROOT)).toHaveLength(32);
  });
});
