import { describe, expect, it } from '@jest/globals';
import type { LedgerEntry } from '@dmitry/contracts';
import { commitmentOf, opensCommitment } from './commitment.ts';
import { eventsRoot, evidenceDraft } from './evidence-draft.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { resolvedEntry } from './resolved-entry.ts';

const key = new Uint8Array(32).fill(1);

describe('pseudonyms', () => {
  it('differ by key, by name and by kind, and are the same every time', () => {
    const { actor, tenant } = createPseudonyms('d.example', key);
    const all = [
      tenant('a'),
      tenant('b'),
      actor({ kind: 'person', name: 'a' }).pseudonym,
      actor({ kind: 'service', name: 'a' }).pseudonym,
      createPseudonyms('d.example', new Uint8Array(32)).tenant('a'),
    ];
    expect(new Set(all).size).toBe(5);
    expect(createPseudonyms('d.example', key).tenant('a')).toBe(all[0]);
  });

  it('need a key that cannot be guessed and a deployment that can stand in a checkpoint', () => {
    const invalid = expect.objectContaining({ code: 'ledger.key_invalid' });
    expect(() => createPseudonyms('d.example', new Uint8Array(31))).toThrow(invalid);
    for (const deployment of ['', 'a b', 'a+b', 'a\nb'])
      expect(() => createPseudonyms(deployment, key)).toThrow(invalid);
  });
});

describe('commitment', () => {
  it('opens with its salt and value only, whatever else it is given', () => {
    const salt = Buffer.from(key).toString('base64');
    const commitment = commitmentOf(key, { b: 1, a: 2 });
    expect(opensCommitment(commitment, { salt, value: { a: 2, b: 1 } })).toBe(true);
    expect(opensCommitment(commitment, { salt, value: { a: 2 } })).toBe(false);
    expect(opensCommitment(undefined, { salt, value: 1 })).toBe(false);
    for (const other of ['', 'AAAA', `${salt} `, salt.slice(0, -1)])
      expect(opensCommitment(commitment, { salt: other, value: { a: 2, b: 1 } })).toBe(false);
  });
});

describe('evidence of a finding', () => {
  it('shows how many events there are and their root, and keeps the list from view', () => {
    const digests = ['aa', 'bb', 'cc'].map((two) => two.repeat(32));
    const draft = evidenceDraft({ rule: 'r', finding: 'f', eventDigests: digests, subject: 'person' });
    expect(draft).toMatchObject({
      facts: { rule: 'r', events: 3 },
      payload: { events: digests },
      subject: 'person',
      lookups: { finding: 'f' },
    });
    expect(draft.facts?.['events_root']).toBe(eventsRoot(digests));
    expect(eventsRoot(digests.toReversed())).not.toBe(eventsRoot(digests));
    expect(JSON.stringify(draft.facts)).not.toContain(digests[0]);
    expect(evidenceDraft({ rule: 'r', finding: 'f', eventDigests: [] })).not.toHaveProperty('subject');
  });
});

describe('an entry as evidence', () => {
  const entry = (type: LedgerEntry['type'], facts: LedgerEntry['facts']) =>
    ({ id: 'x', type, time: '2026-01-01T00:00:00.000Z', facts }) as LedgerEntry;

  it('names where it comes from, so that two look-ups of one kind are one source', () => {
    const sources = [
      entry('outcome', { service: 'pdri', operation: 'get' }),
      entry('outcome', {}),
      entry('evidence', { rule: 'r' }),
      entry('evidence', { source: 's' }),
      entry('evidence', {}),
    ].map((one) => resolvedEntry(one, {}).source);
    expect(sources).toEqual(['pdri:get', ':', 'r', 's', 'evidence']);
  });

  it('succeeded only as evidence or as the outcome of a call that did', () => {
    const succeeded = (type: LedgerEntry['type'], status = 'success') =>
      resolvedEntry(entry(type, { status }), { finding: 'f' }).succeeded;
    expect([
      succeeded('evidence'),
      succeeded('outcome'),
      succeeded('outcome', 'refused'),
      succeeded('decision'),
    ]).toEqual([true, true, false, false]);
  });
});
