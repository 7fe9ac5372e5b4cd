import { describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createMemoryCheckpointKeeper, createMemoryLedger } from '../../memory/index.ts';
import {
  checkSignature,
  createEd25519Cosigner,
  createLogSigner,
  createMlDsaCosigner,
  createWitness,
  createWitnessStore,
  EMPTY_ROOT,
  formatAddCheckpoint,
  formatSignedNote,
  originHash,
  parseAddCheckpoint,
  parseSignatureLines,
  parseSignedNote,
  type SignedCheckpoint,
  TileTree,
  type WitnessOptions,
} from '../index.ts';

const clock = new ManualClock();
const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const ed25519 = createEd25519Cosigner('witness.example/w1', seedOf(1));
const mlDsa = createMlDsaCosigner('witness.example/w1', seedOf(2));

/** A log that grows, and every checkpoint that it signed. */
async function log(name: string, sizes: readonly number[]) {
  const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, name), deployment: name });
  const session = await memory.ledger.openSession('acme', { kind: 'system', name: 'test' });
  const checkpoints: SignedCheckpoint[] = [];
  for (const [at, size] of sizes.entries()) {
    await session.record(
      Array.from({ length: size - (sizes[at - 1] ?? 0) }, (_, n) => ({ type: 'config' as const, facts: { n, at } })),
    );
    checkpoints.push((await memory.reader('acme').checkpoint()) as SignedCheckpoint);
  }
  const reader = memory.reader('acme');
  const request = async (oldSize: number, checkpoint: SignedCheckpoint): Promise<string> => {
    const proof = await new TileTree(reader, checkpoint.size).consistencyProof(Math.min(oldSize, checkpoint.size));
    return formatAddCheckpoint({ oldSize, proof, checkpoint: checkpoint.note });
  };
  return { checkpoints, request, key: memory.signer('acme').key, signer: memory.signer('acme'), reader };
}

const witnessOf = (options: Partial<WitnessOptions> & Pick<WitnessOptions, 'logs'>) =>
  createWitness({
    cosigners: [ed25519, mlDsa],
    store: createWitnessStore(createMemoryCheckpointKeeper()),
    nowMs: () => clock.now(),
    ...options,
  });

describe('a witness (C2SP tlog-witness)', () => {
  it('cosigns a first head and every one that leads on, with Ed25519 and with ML-DSA-44', async () => {
    const { checkpoints, request, key } = await log('grows.example', [3, 300, 301]);
    const witness = witnessOf({ logs: [key] });
    let oldSize = 0;
    for (const checkpoint of checkpoints) {
      const answer = await witness.addCheckpoint(await request(oldSize, checkpoint));
      expect(answer).toMatchObject({ status: 200, contentType: 'text/plain; charset=utf-8' });
      const { text } = parseSignedNote(checkpoint.note);
      const [classical, quantum] = parseSignatureLines(answer.body);
      const seconds = Math.floor(clock.now() / 1000);
      expect(checkSignature(ed25519.key, text, classical as never)).toEqual({ kind: 'verified', seconds });
      expect(checkSignature(mlDsa.key, text, quantum as never)).toEqual({ kind: 'verified', seconds });
      oldSize = checkpoint.size;
    }
  });

  it('answers 409 with its size to an old size that is not its own, be it smaller or larger', async () => {
    const { checkpoints, request, key } = await log('conflict.example', [3, 5, 9]);
    const [small, middle, large] = checkpoints as [SignedCheckpoint, SignedCheckpoint, SignedCheckpoint];
    const witness = witnessOf({ logs: [key] });
    expect(await witness.addCheckpoint(await request(3, large))).toEqual({
      status: 409,
      contentType: 'text/x.tlog.size',
      body: '0\n',
    });
    await witness.addCheckpoint(await request(0, middle));
    expect(await witness.addCheckpoint(await request(0, large))).toMatchObject({ status: 409, body: '5\n' });
    expect(await witness.addCheckpoint(await request(9, large))).toMatchObject({ status: 409, body: '5\n' });
    expect(await witness.addCheckpoint(await request(3, small))).toMatchObject({ status: 409, body: '5\n' });
    expect(await witness.addCheckpoint(await request(5, small))).toMatchObject({ status: 400 });
    expect(await witness.addCheckpoint(await request(5, large))).toMatchObject({ status: 200 });
    expect(await witness.addCheckpoint(await request(9, large))).toMatchObject({ status: 200 });
  });

  it('answers 422 to a head that does not lead on, and keeps what it has', async () => {
    const { checkpoints, request, key, signer } = await log('forks.example', [3, 5]);
    const [small, large] = checkpoints as [SignedCheckpoint, SignedCheckpoint];
    const witness = witnessOf({ logs: [key] });
    await witness.addCheckpoint(await request(0, small));
    const other = signer.sign({ origin: small.origin, size: 5, root: seedOf(9) });
    const { proof } = parseAddCheckpoint(await request(3, large));
    expect(await witness.addCheckpoint(formatAddCheckpoint({ oldSize: 3, proof, checkpoint: other }))).toMatchObject({
      status: 422,
    });
    const same = signer.sign({ origin: small.origin, size: 3, root: seedOf(9) });
    expect(await witness.addCheckpoint(formatAddCheckpoint({ oldSize: 3, proof: [], checkpoint: same }))).toMatchObject(
      { status: 422 },
    );
    expect(await witness.addCheckpoint(await request(3, large))).toMatchObject({ status: 200 });
  });

  it('answers 422 to a proof from nothing and to an empty tree with another root', async () => {
    const { checkpoints, key, signer } = await log('nothing.example', [3]);
    const [head] = checkpoints as [SignedCheckpoint];
    const witness = witnessOf({ logs: [key] });
    const from = (checkpoint: string, proof: readonly Uint8Array[]) =>
      witness.addCheckpoint(formatAddCheckpoint({ oldSize: 0, proof, checkpoint }));
    expect(await from(head.note, [seedOf(1)])).toMatchObject({ status: 422 });
    expect(await from(signer.sign({ origin: head.origin, size: 0, root: seedOf(1) }), [])).toMatchObject({
      status: 422,
    });
    expect(await from(signer.sign({ origin: head.origin, size: 0, root: EMPTY_ROOT }), [])).toMatchObject({
      status: 200,
    });
    expect(await from(head.note, [])).toMatchObject({ status: 200 });
  });

  it('answers 404 to a log it does not know, 403 to what no key of the log signed or somebody forged', async () => {
    const { checkpoints, request, key } = await log('keys.example', [3]);
    const [head] = checkpoints as [SignedCheckpoint];
    const body = await request(0, head);
    expect(await witnessOf({ logs: [] }).addCheckpoint(body)).toMatchObject({ status: 404 });
    const other = createLogSigner(head.origin, seedOf(7));
    expect(await witnessOf({ logs: [other.key] }).addCheckpoint(body)).toMatchObject({ status: 403 });
    const { text, signatures } = parseSignedNote(head.note);
    const forged = formatSignedNote({
      text,
      signatures: [...signatures, { name: other.origin, keyId: other.key.keyId, signature: new Uint8Array(64) }],
    });
    const request403 = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: forged });
    expect(await witnessOf({ logs: [key, other.key] }).addCheckpoint(request403)).toMatchObject({ status: 403 });
    expect(await witnessOf({ logs: [key] }).addCheckpoint(request403)).toMatchObject({ status: 200 });
  });

  it.each([
    ['nothing', ''],
    ['no blank line', 'old 0\n'],
    ['a padded size', 'old 00\n\nx\n'],
    ['a short hash', 'old 1\nAAAA\n\nx\n'],
    ['too many hashes', `old 1\n${`${'A'.repeat(43)}=\n`.repeat(64)}\nx\n`],
    ['no checkpoint', 'old 0\n\nnot a note'],
  ])('answers 400 to %s', async (_, body) => {
    expect(await witnessOf({ logs: [] }).addCheckpoint(body)).toMatchObject({ status: 400 });
  });

  it('asked twice at once signs one of two heads that cannot both be, and never the other', async () => {
    const { checkpoints, request, key, signer } = await log('race.example', [3, 5]);
    const [small, large] = checkpoints as [SignedCheckpoint, SignedCheckpoint];
    const witness = witnessOf({ logs: [key] });
    const fork = signer.sign({ origin: small.origin, size: 4, root: seedOf(9) });
    const answers = await Promise.all([
      witness.addCheckpoint(await request(0, large)),
      witness.addCheckpoint(formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: fork })),
      witness.addCheckpoint(await request(0, small)),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
    expect(new Set(answers.flatMap(({ status, body }) => (status === 409 ? [body] : [])))).toEqual(new Set(['5\n']));
  });

  it('gives nothing out when its head could not be kept', async () => {
    const { checkpoints, request, key } = await log('disk.example', [3]);
    const failing = { last: () => Promise.resolve(null), keep: () => Promise.reject(new Error('disk full')) };
    const witness = witnessOf({ logs: [key], store: createWitnessStore(failing) });
    await expect(witness.addCheckpoint(await request(0, checkpoints[0] as SignedCheckpoint))).rejects.toThrow(
      'disk full',
    );
  });

  it('serves the newest head that it cosigned, with the log’s signature and its own', async () => {
    const { checkpoints, request, key } = await log('serves.example', [3]);
    const [head] = checkpoints as [SignedCheckpoint];
    const witness = witnessOf({ logs: [key] });
    expect(await witness.checkpoint(originHash(head.origin))).toMatchObject({ status: 404 });
    expect(await witness.checkpoint('0'.repeat(64))).toMatchObject({ status: 404 });
    await witness.addCheckpoint(await request(0, head));
    const { body } = await witness.checkpoint(originHash(head.origin));
    expect(parseSignedNote(body).signatures.map(({ keyId }) => keyId)).toEqual([
      key.keyId,
      ed25519.key.keyId,
      mlDsa.key.keyId,
    ]);
  });

  it('whose clock is set back does not cosign a larger head at an earlier time', async () => {
    const { checkpoints, request, key } = await log('clock.example', [3, 5]);
    let nowMs = 5_000_000;
    const witness = witnessOf({ logs: [key], nowMs: () => nowMs, cosigners: [ed25519] });
    const secondsOf = async (oldSize: number, checkpoint: SignedCheckpoint) => {
      const { body } = await witness.addCheckpoint(await request(oldSize, checkpoint));
      const check = checkSignature(
        ed25519.key,
        parseSignedNote(checkpoint.note).text,
        parseSignatureLines(body)[0] as never,
      );
      return check.kind === 'verified' ? check.seconds : null;
    };
    expect(await secondsOf(0, checkpoints[0] as SignedCheckpoint)).toBe(5_000);
    nowMs = 1_000_000;
    expect(await secondsOf(3, checkpoints[1] as SignedCheckpoint)).toBe(5_000);
  });

  it('without a key is none', () => {
    expect(() => witnessOf({ logs: [], cosigners: [] })).toThrow('at least one key');
  });
});

describe('a cosigner', () => {
  it('signs the same bytes for the same head and time, and nothing that is no checkpoint', () => {
    const text = 'log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n';
    for (const cosigner of [ed25519, mlDsa]) {
      expect(cosigner.cosign(text, 7)).toEqual(cosigner.cosign(text, 7));
      expect(() => cosigner.cosign(text, -1)).toThrow(expect.objectContaining({ code: 'ledger.checkpoint_invalid' }));
    }
    expect(() => mlDsa.cosign('no checkpoint', 7)).toThrow(
      expect.objectContaining({ code: 'ledger.checkpoint_invalid' }),
    );
    for (const create of [createEd25519Cosigner, createMlDsaCosigner])
      expect(() => create('short', new Uint8Array(31))).toThrow(
        expect.objectContaining({ code: 'ledger.key_invalid' }),
      );
  });
});

describe('an add-checkpoint request', () => {
  it('survives being written and read, as the specification prints it', () => {
    // C2SP tlog-witness, add-checkpoint: the example request.
    const body = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;
    const request = parseAddCheckpoint(body);
    expect(request).toMatchObject({ oldSize: 20_852_014 });
    expect(request.proof).toHaveLength(4);
    expect(formatAddCheckpoint(request)).toBe(body);
  });
});
