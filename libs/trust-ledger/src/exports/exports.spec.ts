import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalBytes, type LedgerEntry, OcsfEvent, parseWith } from '@dmitry/contracts';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { seed } from '@dmitry/kit/testing';
import { createTrustFile, entryBytes, parseTlogPolicy } from '../core/index.ts';
import { createMemoryLedger } from '../memory/index.ts';
import { type Cbor, decodeCbor, encodeCbor, Tagged } from './cbor.ts';
import {
  attestEntry,
  createCoseReceipt,
  createExportSigner,
  createExportSigners,
  type DsseEnvelope,
  entryOfOcsf,
  entryStatement,
  exportKey,
  IN_TOTO_PAYLOAD_TYPE,
  ocsfEventOf,
  preAuthEncoding,
  receiptOf,
  signDsse,
  verifyAttestation,
  verifyCoseReceipt,
  verifyDsse,
} from './index.ts';

const clock = new ManualClock();
const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'exports'), sequencing: 'manual' });
const signer = createExportSigner(new Uint8Array(32).fill(1));
const stranger = createExportSigner(new Uint8Array(32).fill(2));
const reader = memory.reader('acme');
const entries: LedgerEntry[] = [];
const policy = parseTlogPolicy(createTrustFile({ logs: [memory.signer('acme').verifierKey] }).policy);
const trust = { keys: [signer], policy };

beforeAll(async () => {
  const session = await memory.ledger.openSession('acme', { kind: 'gate', name: 'safety-gate' });
  const added = await session.record([
    { type: 'intent', facts: { service: 'pdri', operation: 'findings.get', effect: 'read' } },
    { type: 'outcome', facts: { service: 'pdri', operation: 'findings.get', status: 'success' } },
    { type: 'outcome', facts: { service: 'pdri', status: 'refused' } },
    { type: 'outcome' },
    { type: 'decision', facts: { verdict: 'DENY' } },
    { type: 'decision' },
    { type: 'seal' },
  ]);
  entries.push(...added.map(({ entry }) => entry));
  await expect(receiptOf(reader, entries[0]?.id ?? '', signer)).rejects.toMatchObject({ code: 'ledger.proof_pending' });
  await memory.sequencer.round();
});

const entryAt = (n: number) => entries[n] as LedgerEntry;

describe('in-toto statement in DSSE', () => {
  it('verifies offline for every entry, and says which entry and where it stands', async () => {
    for (const [index, entry] of entries.entries()) {
      const envelope = JSON.parse(JSON.stringify(await attestEntry(reader, entry, signer))) as unknown;
      expect(verifyAttestation(envelope, trust)).toEqual({ ok: true, entry, index });
    }
  });

  it('is refused with another key, another log’s policy, another entry, or a proof of another entry', async () => {
    const envelope = await attestEntry(reader, entryAt(0), signer);
    expect(verifyAttestation(envelope, { ...trust, keys: [stranger] })).toEqual({
      ok: false,
      fault: 'signature_invalid',
    });
    const other = parseTlogPolicy('quorum none\n');
    expect(verifyAttestation(envelope, { ...trust, policy: other })).toEqual({ ok: false, fault: 'not_in_log' });
    const statement = entryStatement(entryAt(0), 'no proof');
    const resigned = (value: unknown) => signDsse(IN_TOTO_PAYLOAD_TYPE, canonicalBytes(value), signer);
    expect(verifyAttestation(resigned(statement), trust)).toEqual({ ok: false, fault: 'not_in_log' });
    const swapped = { ...statement, predicate: { ...statement.predicate, entry: entryAt(1) } };
    expect(verifyAttestation(resigned(swapped), trust)).toEqual({ ok: false, fault: 'subject_mismatch' });
    expect(verifyAttestation(resigned({ _type: 'other' }), trust)).toEqual({ ok: false, fault: 'statement_invalid' });
    const text = signDsse(IN_TOTO_PAYLOAD_TYPE, Buffer.from('no json'), signer);
    expect(verifyAttestation(text, trust)).toEqual({ ok: false, fault: 'statement_invalid' });
  });

  it('is encoded before it is signed as DSSE prints it, so that type and payload cannot be moved against each other', () => {
    // The example of the DSSE protocol.
    expect(Buffer.from(preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'))).toString()).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    );
  });

  it('opens only with its type, whole, whatever it is given', () => {
    const envelope = signDsse('a/b', Buffer.from('x'), signer);
    expect(verifyDsse(envelope, 'a/b', [stranger, signer])).toMatchObject({ ok: true, signedBy: signer });
    expect(verifyDsse(envelope, 'a/c', [signer])).toEqual({ ok: false, fault: 'envelope_invalid' });
    const broken: unknown[] = [
      null,
      { ...envelope, payload: '!' },
      { ...envelope, signatures: [] },
      { ...envelope, more: 1 },
    ];
    for (const value of broken)
      expect(verifyDsse(value, 'a/b', [signer])).toEqual({ ok: false, fault: 'envelope_invalid' });
    const unsigned: DsseEnvelope = { ...envelope, signatures: [{ sig: '!' }, { sig: 'AAAA' }] };
    expect(verifyDsse(unsigned, 'a/b', [signer])).toEqual({ ok: false, fault: 'signature_invalid' });
  });
});

describe('COSE receipt', () => {
  it('verifies for its entry and for no other, under its key and under no other', async () => {
    for (const [index, entry] of entries.entries()) {
      const receipt = await receiptOf(reader, entry.id, signer);
      const [bytes, other] = [entryBytes(entry), entryBytes(entryAt((index + 1) % entries.length))];
      expect(verifyCoseReceipt(receipt, bytes, [signer])).toMatchObject({ ok: true, index, size: entries.length });
      expect(verifyCoseReceipt(receipt, other, [signer])).toEqual({ ok: false, fault: 'signature_invalid' });
      expect(verifyCoseReceipt(receipt, bytes, [stranger])).toEqual({ ok: false, fault: 'signature_invalid' });
    }
  });

  it('is a COSE_Sign1 with the headers of RFC 9942: alg, kid, vds in what is signed, the proof beside it', async () => {
    const receipt = decodeCbor(await receiptOf(reader, entryAt(2).id, signer)) as Tagged;
    expect(receipt.tag).toBe(18);
    const [header, unprotected, payload] = receipt.content as [Uint8Array, Map<number, Map<number, Cbor>>, null];
    expect(decodeCbor(header)).toEqual(
      new Map<number, Cbor>([
        [1, -8],
        [4, new Uint8Array(Buffer.from(signer.keyId, 'hex'))],
        [395, 1],
        [-65_537, entries.length],
      ]),
    );
    expect(payload).toBeNull();
    const proofs = unprotected.get(396)?.get(-1) as readonly Uint8Array[] | undefined;
    expect((decodeCbor(proofs?.[0] ?? new Uint8Array()) as Cbor[]).slice(0, 2)).toEqual([entries.length, 2]);
  });

  it('loses its proof with every bit that is flipped, and never throws', async () => {
    const receipt = await receiptOf(reader, entryAt(0).id, signer);
    const bytes = entryBytes(entryAt(0));
    for (let bit = 0; bit < receipt.length * 8; bit++) {
      const flipped = Uint8Array.from(receipt);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      expect([bit, verifyCoseReceipt(flipped, bytes, [signer]).ok]).toEqual([bit, false]);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        expect(verifyCoseReceipt(garbage, bytes, [signer])).toEqual({ ok: false, fault: 'receipt_invalid' });
      }),
      { seed: seed(), numRuns: 200 },
    );
  });

  it('with another structure, algorithm or number of proofs is none', () => {
    const honest = createCoseReceipt({ index: 0, size: 1, path: [], root: new Uint8Array(32) }, signer);
    const content = (decodeCbor(honest) as Tagged).content as readonly Cbor[];
    const [header = null, unprotected = null, payload = null, signature = null] = content;
    const otherHeader = encodeCbor(new Map([[1, -7]]));
    const proofs = (value: Cbor) => new Map<number, Cbor>([[396, new Map<number, Cbor>([[-1, value]])]]);
    const forms: Cbor[] = [
      new Tagged(17, content),
      content,
      new Tagged(18, [otherHeader, unprotected, payload, signature]),
      new Tagged(18, [header, unprotected, new Uint8Array(32), signature]),
      new Tagged(18, [header, new Map(), payload, signature]),
      new Tagged(18, [header, proofs([]), payload, signature]),
      new Tagged(18, [header, proofs([encodeCbor([1, 0])]), payload, signature]),
      new Tagged(18, [header, proofs([encodeCbor(['1', 0, []])]), payload, signature]),
      new Tagged(18, [header, proofs([encodeCbor([1, 1, []])]), payload, signature]),
      new Tagged(18, 'text'),
    ];
    for (const form of forms)
      expect(verifyCoseReceipt(encodeCbor(form), new Uint8Array(), [signer])).toEqual({
        ok: false,
        fault: 'receipt_invalid',
      });
  });
});

describe('CBOR', () => {
  // RFC 8949 appendix A.
  it.each<[Cbor, string]>([
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [1000, '1903e8'],
    [1_000_000, '1a000f4240'],
    [1_000_000_000_000, '1b000000e8d4a51000'],
    [-1, '20'],
    [-1000, '3903e7'],
    ['IETF', '6449455446'],
    [Buffer.from('01020304', 'hex'), '4401020304'],
    [[1, [2, 3]], '8201820203'],
    [
      new Map([
        [3, 4],
        [1, 2],
      ]),
      'a201020304',
    ],
    [null, 'f6'],
    [new Tagged(1, 1_363_896_240), 'c11a514b67b0'],
  ])('writes %j as RFC 8949 prints it, and reads it back', (value, hex) => {
    expect(Buffer.from(encodeCbor(value)).toString('hex')).toBe(hex);
    expect(Buffer.from(encodeCbor(decodeCbor(Buffer.from(hex, 'hex')))).toString('hex')).toBe(hex);
  });

  it.each([
    '',
    '1800',
    '19',
    '9f',
    '1bffffffffffffffff',
    'f5',
    'a16161f6',
    '818181818181818181818181f6',
    '0000',
    '9bff',
  ])('refuses %s: another spelling, cut, or nothing that is written here', (hex) => {
    expect(() => decodeCbor(Buffer.from(hex, 'hex'))).toThrow(
      expect.objectContaining({ code: 'ledger.proof_invalid' }),
    );
  });

  it('carries no number that is no integer', () => {
    expect(() => encodeCbor(1.5)).toThrow(TypeError);
  });
});

describe('OCSF event', () => {
  it('fits the schema of the house for every entry, and carries the leaf so that it can be proven', () => {
    for (const [index, entry] of entries.entries()) {
      const event = ocsfEventOf(entry, { origin: reader.origin, index });
      expect(parseWith(OcsfEvent, event)).toMatchObject({ ok: true });
      expect(event).toMatchObject({ class_uid: 6003, type_uid: 600_399, time: Date.parse(entry.time) });
      expect(entryOfOcsf(event)).toEqual(entry);
    }
  });

  it('says how it went: outcomes by their status, decisions by their verdict', () => {
    const status = entries.map((entry) => ocsfEventOf(entry, { origin: 'o', index: null })['status']);
    expect(status).toEqual(['success', 'success', 'refused', 'unknown', 'DENY', 'unknown', 'success']);
    expect(ocsfEventOf(entryAt(2), { origin: 'o', index: null })['status_id']).toBe(2);
  });

  it('whose raw data was changed carries no leaf', () => {
    const event = ocsfEventOf(entryAt(0), { origin: 'o', index: 0 });
    expect(entryOfOcsf({ ...event, raw_data: ` ${String(event['raw_data'])}` })).toBeNull();
    expect(entryOfOcsf({ ...event, raw_data: 7 })).toBeNull();
  });
});

describe('an export key', () => {
  it('is one per log, apart from the key that signs its checkpoints', () => {
    const signers = createExportSigners(new Uint8Array(32).fill(7));
    expect(signers('a').publicKey).toEqual(signers('a').publicKey);
    expect(signers('a').publicKey).not.toEqual(signers('b').publicKey);
    expect(exportKey(signers('a').publicKey).keyId).toBe(signers('a').keyId);
    expect(() => createExportSigners(new Uint8Array(31))).toThrow(
      expect.objectContaining({ code: 'ledger.key_invalid' }),
    );
  });
});
