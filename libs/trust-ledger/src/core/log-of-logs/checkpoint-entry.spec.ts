import { describe, expect, it } from '@jest/globals';
import type { LedgerEntry } from '@dmitry/contracts';
import { checkpointDraft, createLogSigner, leafHash, recordedCheckpoint, signedCheckpoint } from '../index.ts';

const signer = createLogSigner('log.example', new Uint8Array(32).fill(1));
const note = signer.sign({ origin: 'log.example', size: 3, root: leafHash(Buffer.from('three')) });
const entryWith = (facts: LedgerEntry['facts'], type: LedgerEntry['type'] = 'checkpoint') =>
  ({ type, facts }) as LedgerEntry;

describe('a checkpoint as an entry of the log of logs', () => {
  it('gives back the same signed head', () => {
    const { facts = {} } = checkpointDraft(signedCheckpoint(note));
    expect(recordedCheckpoint(entryWith(facts))).toMatchObject({
      origin: 'log.example',
      size: 3,
      root: leafHash(Buffer.from('three')),
      text: note.split('\n\n')[0]?.concat('\n'),
      signatures: [{ name: 'log.example', keyId: signer.key.keyId }],
    });
  });

  it('is none when it is of another type, or its facts make no checkpoint', () => {
    const { facts = {} } = checkpointDraft(signedCheckpoint(note));
    expect(recordedCheckpoint(entryWith(facts, 'evidence'))).toBeNull();
    for (const change of [{ root: '!' }, { signature: '!' }, { size: -1 }, { log: 'a b' }, { key: 'zz' }])
      expect(recordedCheckpoint(entryWith({ ...facts, ...change }))).toBeNull();
  });
});
