import { describe, expect, it } from '@jest/globals';
import { sign, createPrivateKey } from 'node:crypto';
import { EMPTY_ROOT, leafHash } from '../tree/merkle-hash.ts';
import { encodeBase64 } from './base64.ts';
import { checkpointText, parseCheckpoint } from './checkpoint.ts';
import { evaluatePolicy } from './evaluate-policy.ts';
import { createMlDsaCosigner } from './cosigner.ts';
import { createLogSigner, createLogSigners, rotatingSigner } from './log-signer.ts';
import { formatSignedNote, parseSignedNote } from './signed-note.ts';
import { parseTlogPolicy } from './tlog-policy.ts';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.ts';
import { createTrustFile } from './trust-file.ts';
import { checkSignature, formatVerifierKey, parseVerifierKey, verifierKey } from './verifier-key.ts';
import { cosignedMessage, SIGNATURE_TYPE, subtreeMessage } from './signature-schemes.ts';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';

const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const log = createLogSigner('ledger.example/abc', seedOf(1));
const head = { origin: log.origin, size: 1, root: leafHash(Buffer.from('one')) };
const coded = (code: string) => expect.objectContaining({ code });

/** A witness: its key as a policy names it, and its cosignature over a note. */
function witness(name: string, n: number) {
  const publicKey = createLogSigner(name, seedOf(n)).key.publicKey;
  const key = verifierKey(name, SIGNATURE_TYPE.cosignatureEd25519, publicKey);
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seedOf(n)]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const cosign = (note: string, seconds = 1_700_000_000): string => {
    const { text, signatures } = parseSignedNote(note);
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(BigInt(seconds));
    const signature = Buffer.concat([stamp, sign(null, Buffer.from(cosignedMessage(seconds, text)), privateKey)]);
    return formatSignedNote({ text, signatures: [...signatures, { name, keyId: key.keyId, signature }] });
  };
  return { name, key, vkey: formatVerifierKey(key), cosign };
}

const w1 = witness('w1.example', 11);
const w2 = witness('w2.example', 12);
const w3 = witness('w3.example', 13);

describe('signed note', () => {
  it('survives being written and read, with blank lines in its text', () => {
    const text = 'one\n\nthree\n';
    const note = formatSignedNote({
      text,
      signatures: [{ name: 'a.example', keyId: '01020304', signature: seedOf(7) }],
    });
    const parsed = parseSignedNote(note);
    expect(parsed.text).toBe(text);
    expect(parsed.signatures).toMatchObject([{ name: 'a.example', keyId: '01020304' }]);
  });

  it.each([
    ['no signatures', 'text\n\n'],
    ['no blank line', 'text\n— a AAAAAAA=\n'],
    ['no final newline', 'text\n\n— a AAAAAAA='],
    ['a control character', 'te\u0001xt\n\n— a AAAAAAA=\n'],
    ['a tab', 'te\txt\n\n— a AAAAAAA=\n'],
    ['a lone surrogate', 'te\ud800xt\n\n— a AAAAAAA=\n'],
    ['a plus in the name', 'text\n\n— a+b AAAAAAA=\n'],
    ['a signature that is only a key id', 'text\n\n— a AAAAAA==\n'],
    ['base64 in another spelling', 'text\n\n— a AAAAAAB=\n'],
    ['a hyphen for the dash', 'text\n\n- a AAAAAAA=\n'],
    ['too many signatures', `text\n\n${'— a AAAAAAA=\n'.repeat(65)}`],
    ['too many characters', `${'x'.repeat(1_000_001)}\n\n— a AAAAAAA=\n`],
  ])('with %s is none', (_, note) => {
    expect(() => parseSignedNote(note)).toThrow(coded('ledger.note_invalid'));
  });

  it('is not written when its text could not be read back', () => {
    const signatures = [{ name: 'a.example', keyId: '01020304', signature: seedOf(7) }];
    for (const text of ['no newline', ''])
      expect(() => formatSignedNote({ text, signatures })).toThrow(coded('ledger.note_invalid'));
  });

  it('accepts 16 signatures, as the specification demands', () => {
    expect(parseSignedNote(`text\n\n${'— a AAAAAAA=\n'.repeat(16)}`).signatures).toHaveLength(16);
  });
});

describe('verifier key', () => {
  it('survives being written and read', () => {
    expect(parseVerifierKey(log.verifierKey)).toEqual({ ...log.key, publicKey: Buffer.from(log.key.publicKey) });
  });

  it.each([
    ['nothing', ''],
    ['another key id', log.verifierKey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
    ['an unknown type', 'a.example+00000000+CQ=='],
    ['a key of ECDSA', 'rekor.sigstore.dev+c0d23d6a+AjBZMBM='],
    ['a key that is too short', 'a.example+00000000+AQ=='],
    ['a name with a space', 'a b+00000000+AQ=='],
    ['an upper-case key id', log.verifierKey.replace(/\+[0-9a-f]{8}\+/, (id) => id.toUpperCase())],
  ])('of %s is none', (_, text) => {
    expect(() => parseVerifierKey(text)).toThrow(coded('ledger.key_invalid'));
  });

  it('tells signatures by others from forged ones', () => {
    const { text, signatures } = parseSignedNote(log.sign(head));
    const [signature] = signatures;
    expect(signature && checkSignature(log.key, text, signature)).toEqual({ kind: 'verified', seconds: 0 });
    expect(signature && checkSignature(log.key, `${text}more\n`, signature)).toEqual({ kind: 'forged' });
    expect(signature && checkSignature(w1.key, text, signature)).toEqual({ kind: 'unknown' });
  });

  it('that is no point of the curve verifies nothing', () => {
    const key = verifierKey('a.example', SIGNATURE_TYPE.ed25519, seedOf(0xff));
    expect(checkSignature(key, 'x', { name: key.name, keyId: key.keyId, signature: new Uint8Array(64) })).toEqual({
      kind: 'forged',
    });
  });

  it('of a witness checks the time that is signed with the checkpoint, and refuses impossible ones', () => {
    const note = parseSignedNote(w1.cosign(log.sign(head), 1_679_315_147));
    const cosignature = note.signatures[1] as (typeof note.signatures)[number];
    expect(checkSignature(w1.key, note.text, cosignature)).toEqual({ kind: 'verified', seconds: 1_679_315_147 });
    const otherTime = Buffer.from(cosignature.signature);
    otherTime.writeUInt8(1, 7);
    expect(checkSignature(w1.key, note.text, { ...cosignature, signature: otherTime })).toEqual({ kind: 'forged' });
    otherTime.writeBigUInt64BE(2n ** 63n, 0);
    expect(checkSignature(w1.key, note.text, { ...cosignature, signature: otherTime })).toEqual({ kind: 'forged' });
    expect(checkSignature(w1.key, note.text, { ...cosignature, signature: new Uint8Array(64) })).toEqual({
      kind: 'forged',
    });
  });
});

describe('cosignature with ML-DSA-44', () => {
  const { publicKey, secretKey } = ml_dsa44.keygen(seedOf(21));
  const key = verifierKey('pq.example', SIGNATURE_TYPE.cosignatureMlDsa44, publicKey);
  const cosign = (
    note: string,
    message = subtreeMessage(key.name, 1_700_000_000, parseSignedNote(note).text),
  ): string => {
    const { text, signatures } = parseSignedNote(note);
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(1_700_000_000n);
    const signature = Buffer.concat([stamp, ml_dsa44.sign(message ?? new Uint8Array(), secretKey)]);
    return formatSignedNote({ text, signatures: [...signatures, { name: key.name, keyId: key.keyId, signature }] });
  };

  it('counts for a policy that names its key', () => {
    const policy = parseTlogPolicy(`log ${log.verifierKey}\nwitness P ${formatVerifierKey(key)}\nquorum P\n`);
    expect(evaluatePolicy(policy, parseCheckpoint(cosign(log.sign(head))))).toMatchObject({
      quorum: 'met',
      cosigned: ['pq.example'],
    });
    expect(evaluatePolicy(policy, parseCheckpoint(log.sign(head))).quorum).toBe('not_met');
  });

  it('is forged when it is over another message, of another length, or over no checkpoint', () => {
    const check = (note: string) => {
      const { text, signatures } = parseSignedNote(note);
      return checkSignature(key, text, signatures.at(-1) as (typeof signatures)[number]).kind;
    };
    expect(check(cosign(log.sign(head)))).toBe('verified');
    expect(check(cosign(log.sign(head), Buffer.from('another')))).toBe('forged');
    const cosigned = parseSignedNote(cosign(log.sign(head)));
    const [own, other] = cosigned.signatures as [
      (typeof cosigned.signatures)[number],
      (typeof cosigned.signatures)[number],
    ];
    expect(checkSignature(key, cosigned.text, { ...other, signature: own.signature }).kind).toBe('forged');
    expect(checkSignature(key, 'no checkpoint\n', other).kind).toBe('forged');
    expect(subtreeMessage('x'.repeat(256), 0, cosigned.text)).toBeNull();
  });
});

describe('checkpoint', () => {
  it('survives being signed and read', () => {
    expect(parseCheckpoint(log.sign(head))).toMatchObject({ origin: head.origin, size: 1, extensions: [] });
  });

  it.each([
    ['no origin', `\n1\n${encodeBase64(EMPTY_ROOT)}\n`],
    ['a leading zero', `a\n01\n${encodeBase64(EMPTY_ROOT)}\n`],
    ['a size beyond counting', `a\n9007199254740993\n${encodeBase64(EMPTY_ROOT)}\n`],
    ['a short root', 'a\n1\nAAAA\n'],
    ['a blank extension line', `a\n1\n${encodeBase64(EMPTY_ROOT)}\nx\n\ny\n`],
    ['two lines', 'a\n1\n'],
  ])('with %s is none', (_, text) => {
    expect(() => parseCheckpoint(`${text}\n— a AAAAAAA=\n`)).toThrow(coded('ledger.checkpoint_invalid'));
  });

  it('keeps extension lines apart', () => {
    expect(parseCheckpoint(`${checkpointText(head)}more\n\n— a AAAAAAA=\n`).extensions).toEqual(['more']);
  });
});

describe('log signer', () => {
  it('signs the heads of its own log only', () => {
    expect(() => log.sign({ ...head, origin: 'other' })).toThrow(coded('ledger.key_invalid'));
  });

  it('derives one key a log from the master seed, always the same', () => {
    const [a, b] = [createLogSigners(seedOf(3)), createLogSigners(seedOf(3))];
    expect(a('x/1').verifierKey).toBe(b('x/1').verifierKey);
    expect(a('x/1')).toBe(a('x/1'));
    expect(encodeBase64(a('x/1').key.publicKey)).not.toBe(encodeBase64(a('x/2').key.publicKey));
  });

  it('takes no seed of another length', () => {
    expect(() => createLogSigner('a', new Uint8Array(31))).toThrow(coded('ledger.key_invalid'));
    expect(() => createLogSigners(new Uint8Array(31))).toThrow(coded('ledger.key_invalid'));
  });
});

describe('trust policy', () => {
  const policyOf = (...lines: string[]) => parseTlogPolicy(`${lines.join('\n')}\n`);
  const declared = [
    `log ${log.verifierKey}`,
    `witness A ${w1.vkey}`,
    `witness B ${w2.vkey} https://w2.example/`,
    `witness C ${w3.vkey}`,
  ];

  it('demands of a checkpoint what its quorum says', () => {
    const note = log.sign(head);
    const by = { none: note, a: w1.cosign(note), ab: w2.cosign(w1.cosign(note)), bc: w3.cosign(w2.cosign(note)) };
    const two = policyOf(...declared, 'group g 2 A B C', 'quorum g');
    expect(Object.values(by).map((one) => evaluatePolicy(two, parseCheckpoint(one)).quorum)).toEqual([
      'not_met',
      'not_met',
      'met',
      'met',
    ]);
    const nested = policyOf(...declared, 'group bc any B C', 'group all-of all A bc', 'quorum all-of');
    expect(Object.values(by).map((one) => evaluatePolicy(nested, parseCheckpoint(one)).quorum)).toEqual([
      'not_met',
      'not_met',
      'met',
      'not_met',
    ]);
    const single = policyOf(...declared, 'quorum A');
    expect(evaluatePolicy(single, parseCheckpoint(by.a))).toEqual({
      signed: true,
      cosigned: ['w1.example'],
      quorum: 'met',
      forged: [],
    });
    expect(evaluatePolicy(policyOf(...declared, 'quorum none'), parseCheckpoint(note)).quorum).toBe('none_demanded');
  });

  it('believes a log in its own name only', () => {
    const other = createLogSigner('other.example/abc', seedOf(1));
    const answer = evaluatePolicy(policyOf(`log ${other.verifierKey}`, 'quorum none'), parseCheckpoint(log.sign(head)));
    expect(answer).toMatchObject({ signed: false, forged: [] });
  });

  it('names whose signatures are forged', () => {
    const note = log.sign(head).replace(/.{6}\n$/, 'AAAAA=\n');
    const answer = evaluatePolicy(policyOf(...declared, 'quorum none'), parseCheckpoint(note));
    expect(answer).toMatchObject({ signed: false, forged: [log.origin] });
  });

  it('takes the plain Ed25519 key of a witness for the key of its cosignatures', () => {
    const plain = createLogSigner('w1.example', seedOf(11)).verifierKey;
    const policy = policyOf(`log ${log.verifierKey}`, `witness A ${plain}`, 'quorum A');
    expect(evaluatePolicy(policy, parseCheckpoint(w1.cosign(log.sign(head)))).quorum).toBe('met');
  });

  it.each([
    ['no quorum', declared],
    ['two quorums', [...declared, 'quorum none', 'quorum none']],
    ['an unknown quorum', [...declared, 'quorum X']],
    ['an unknown member', [...declared, 'group g any X', 'quorum g']],
    ['a member of two groups', [...declared, 'group g any A', 'group h any A', 'quorum h']],
    ['a threshold of none', [...declared, 'group g 0 A', 'quorum g']],
    ['a threshold beyond its members', [...declared, 'group g 2 A', 'quorum g']],
    ['a threshold in another spelling', [...declared, 'group g 1.0 A', 'quorum g']],
    ['a group without members', [...declared, 'group g all', 'quorum g']],
    ['a name twice', [...declared, `witness A ${createLogSigner('x', seedOf(9)).verifierKey}`, 'quorum A']],
    ['the name none', [`witness none ${w1.vkey}`, 'quorum none']],
    ['one key as two witnesses', [`witness A ${w1.vkey}`, `witness B ${w1.vkey}`, 'quorum A']],
    [
      'one key as two logs',
      [`log ${log.verifierKey}`, `log ${createLogSigner('x', seedOf(1)).verifierKey}`, 'quorum none'],
    ],
    ['a cosigner as a log', [`log ${w1.vkey}`, 'quorum none']],
    ['a broken key', ['log x+1+2', 'quorum none']],
    ['too many fields', [`log ${log.verifierKey} url more`, 'quorum none']],
    ['fields after the quorum', ['quorum none more']],
    ['an unknown keyword', ['logs x', 'quorum none']],
    ['a carriage return', ['quorum none\r']],
    ['lines without end', Array.from({ length: 1_001 }, () => '')],
  ])('with %s is none', (_, lines) => {
    expect(() => policyOf(...lines)).toThrow(coded('ledger.policy_invalid'));
  });

  it('reads comments, blank lines, tabs and spaces', () => {
    expect(policyOf('', '# comment', `\t log\t ${log.verifierKey}   # comment`, ' quorum  none ').logs).toHaveLength(1);
  });

  it('is written for logs and witnesses, and refused when it could not hold', () => {
    const trust = createTrustFile({ logs: [log.verifierKey], witnesses: { A: w1.vkey, B: w2.vkey }, threshold: 1 });
    expect(parseTlogPolicy(trust.policy)).toMatchObject({ quorum: { threshold: 1 }, logs: [{ name: log.origin }] });
    expect(parseTlogPolicy(createTrustFile({ logs: [log.verifierKey] }).policy).quorum).toEqual({ kind: 'none' });
    expect(parseTlogPolicy(createTrustFile({ logs: [], witnesses: { A: w1.vkey } }).policy).quorum).toMatchObject({
      threshold: 1,
    });
    expect(() => createTrustFile({ logs: ['nonsense'] })).toThrow(coded('ledger.policy_invalid'));
  });
});

describe('proof file', () => {
  const policy = parseTlogPolicy(`log ${log.verifierKey}\nwitness A ${w1.vkey}\nquorum A\n`);
  const entry = Buffer.from('one');
  const proof = { index: 0, path: [], checkpoint: w1.cosign(log.sign(head)) };

  it('proves an entry offline, to those who believe log and witness', () => {
    expect(verifyTlogProof(formatTlogProof(proof), entry, policy)).toMatchObject({
      ok: true,
      index: 0,
      cosigned: ['w1.example'],
    });
    const answers = [
      verifyTlogProof(formatTlogProof(proof), Buffer.from('two'), policy),
      verifyTlogProof(formatTlogProof({ ...proof, checkpoint: log.sign(head) }), entry, policy),
      verifyTlogProof(
        formatTlogProof({ ...proof, checkpoint: proof.checkpoint.replace('\n1\n', '\n2\n') }),
        entry,
        policy,
      ),
      verifyTlogProof(formatTlogProof(proof), entry, parseTlogPolicy('quorum none')),
    ];
    expect(answers.map((one) => !one.ok && one.fault)).toEqual([
      'inclusion_failed',
      'quorum_not_met',
      'signature_forged',
      'log_not_trusted',
    ]);
  });

  it('survives being written and read, with extra data and path', () => {
    const full = { ...proof, index: 10, path: [EMPTY_ROOT, leafHash(entry)], extra: Buffer.from('extra information') };
    const read = parseTlogProof(formatTlogProof(full));
    expect(formatTlogProof(read)).toBe(formatTlogProof(full));
  });

  it.each([
    ['no blank line', 'c2sp.org/tlog-proof@v1\nindex 0\n'],
    ['another header', 'c2sp.org/tlog-proof@v2\nindex 0\n\ncheckpoint\n'],
    ['extra data that is no base64', 'c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\ncheckpoint\n'],
    ['no index', 'c2sp.org/tlog-proof@v1\n\ncheckpoint\n'],
    ['a negative index', 'c2sp.org/tlog-proof@v1\nindex -1\n\ncheckpoint\n'],
    ['a leading zero', 'c2sp.org/tlog-proof@v1\nindex 01\n\ncheckpoint\n'],
    ['a hash of another length', 'c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\ncheckpoint\n'],
    [
      'a path without end',
      `c2sp.org/tlog-proof@v1\nindex 0\n${`${encodeBase64(EMPTY_ROOT)}\n`.repeat(64)}\ncheckpoint\n`,
    ],
  ])('with %s is none', (_, text) => {
    expect(() => parseTlogProof(text)).toThrow(coded('ledger.proof_invalid'));
  });
});

describe('a log that changes its key', () => {
  const [old, next] = [createLogSigners(seedOf(21)), createLogSigners(seedOf(22))];
  const both = createLogSigners(seedOf(22), seedOf(21));
  const origin = 'rotates.example';
  const signedBy = (policy: string, note: string) => evaluatePolicy(parseTlogPolicy(policy), parseCheckpoint(note));
  const head = { origin, size: 1, root: leafHash(Buffer.from('one')) };

  it('signs with both while it does, so that whoever knows one of them can follow without a gap', () => {
    const [before, after] = [
      `log ${old(origin).verifierKey}\nquorum none\n`,
      `log ${next(origin).verifierKey}\nquorum none\n`,
    ];
    const note = both(origin).sign(head);
    expect([signedBy(before, note), signedBy(after, note)]).toMatchObject([{ signed: true }, { signed: true }]);
    expect(signedBy(after, old(origin).sign(head)).signed).toBe(false);
    expect(signedBy(before, next(origin).sign(head)).signed).toBe(false);
    const lists = `log ${old(origin).verifierKey}\nlog ${next(origin).verifierKey}\nquorum none\n`;
    for (const signer of [old, both, next])
      expect(signedBy(lists, signer(origin).sign(head))).toMatchObject({ signed: true, forged: [] });
    expect(both(origin).verifierKey).toBe(next(origin).verifierKey);
    expect(both(origin)).toBe(both(origin));
  });

  it('is one log: keys of two logs do not make a pair', () => {
    expect(() => rotatingSigner(old('a'), next('b'))).toThrow(coded('ledger.key_invalid'));
  });
});

describe('policy of a log with a post-quantum key', () => {
  it('names it as a log, and believes a checkpoint that carries its signature alone', () => {
    const cosigner = createMlDsaCosigner('pq.example', seedOf(31));
    const policy = parseTlogPolicy(`log ${cosigner.verifierKey}\nquorum none\n`);
    const text = checkpointText({ ...head, origin: 'pq.example' });
    const note = formatSignedNote({ text, signatures: [cosigner.cosign(text, 7)] });
    expect(evaluatePolicy(policy, parseCheckpoint(note))).toMatchObject({ signed: true, forged: [] });
    expect(() => parseTlogPolicy(`log ${w1.vkey}\nquorum none\n`)).toThrow(coded('ledger.policy_invalid'));
  });
});
