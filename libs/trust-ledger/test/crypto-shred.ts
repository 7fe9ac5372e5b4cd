import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalBytes } from '@dmitry/contracts';
import type { Database, DataKeys } from '@dmitry/storage';
import { createSealer } from '@dmitry/storage/sql';
import { SeededIds, ManualClock } from '@dmitry/kit/memory';
import {
  commitmentOf,
  CONTENT_MEDIA_TYPE,
  createTrustFile,
  DISCLOSURES_MEDIA_TYPE,
  exportBundle,
  fsck,
  type Ledger,
  type LogReader,
  type LogSource,
  type Sequencer,
  type StoredEntry,
  verifyBundle,
} from '../src/core/index.ts';

/** A ledger with everything that its operator has. */
export interface Shredded {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly dataKeys: DataKeys;
  readonly sequencer: Sequencer;
  reader(tenant: string): LogReader & LogSource;
  verifierKey(tenant: string): string;
  /** Keys that are not data keys: master, pseudonym, signer seed. */
  readonly secrets: readonly Uint8Array[];
  /** Every byte that is stored: rows of all tables, or all files. */
  everything(): Promise<Buffer>;
  /** The sealed parts of an entry as they are stored. */
  ciphertexts(tenant: string, entry: StoredEntry): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}

const PIN = 4711;
const MARKERS = ['plaintext-of-eve', 'plaintext-of-bob', 'plaintext-of-nobody', 'finding-of-eve'];
const candidates = Array.from({ length: 10_000 }, (_, pin) => pin);
const sealer = createSealer(new SeededIds(new ManualClock(), 'attacker'));
const sha256 = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** Whether a sealed part of the entry opens, as either of the parts that an entry may have. */
const opens = ({ entry }: StoredEntry, ciphertext: Uint8Array, key: Uint8Array): boolean =>
  [CONTENT_MEDIA_TYPE, DISCLOSURES_MEDIA_TYPE].some((mediaType) => {
    try {
      return sealer.open({ id: 'any', key }, ciphertext, `ledger/${entry.id}/${mediaType}`).length > 0;
    } catch {
      return false;
    }
  });

/** Guesses a committed value with every salt and secret that is left. @returns what was found */
function dictionaryAttack(entry: StoredEntry, salts: readonly string[], secrets: readonly Uint8Array[]): number[] {
  const commitments = new Set(Object.values(entry.entry.commitments));
  return candidates.filter((value) => {
    const text = canonicalBytes(value);
    const guesses = [
      sha256(text),
      sha256(String(value)),
      sha256(Buffer.alloc(32), text),
      ...secrets.flatMap((secret) => [sha256(secret, text), sha256(text, secret)]),
      ...[entry.entry.id, entry.entry.tenant, entry.entry.session.id].map((id) => sha256(id, text)),
      ...salts.map((salt) => commitmentOf(Buffer.from(salt, 'base64'), value)),
    ];
    return guesses.some((guess) => commitments.has(guess));
  });
}

/** Erasing a data key leaves proofs and nothing else (DESIGN.md 6), wherever a ledger keeps its rows. */
export function describeCryptoShred(name: string, open: () => Promise<Shredded>): void {
  describe(`crypto-shredding: ${name}`, () => {
    let subject: Shredded;
    const entries: Record<string, StoredEntry> = {};
    const salts: Record<string, string> = {};
    const tenants = ['shred-a', 'shred-b'];

    beforeAll(async () => {
      subject = await open();
      for (const tenant of tenants) {
        const session = await subject.ledger.openSession(tenant, { kind: 'service', name: 'plaintext-of-nobody' });
        const appended = await session.record([
          {
            type: 'evidence',
            subject: 'eve',
            committed: { pin: PIN, finding: 'finding-of-eve' },
            payload: { text: MARKERS[0] },
          },
          { type: 'evidence', subject: 'bob', committed: { pin: PIN }, payload: { text: MARKERS[1] } },
          { type: 'evidence', committed: { pin: PIN, verdict: 'ALLOW' }, payload: { text: MARKERS[1] } },
        ]);
        await session.seal();
        const listed = await subject.database.tenant(tenant, (tx) => subject.ledger.list(tx, {}));
        for (const [n, who] of ['eve', 'bob', 'tenant'].entries()) {
          entries[`${tenant}/${who}`] = listed.find(({ entry }) => entry.id === appended[n]?.id) as StoredEntry;
          const revealed = await reveal(tenant, who);
          salts[`${tenant}/${who}`] = revealed?.committed['pin']?.salt ?? '';
        }
      }
      await subject.sequencer.round();
    });
    afterAll(() => subject.close());

    const entryOf = (tenant: string, who: string): StoredEntry => entries[`${tenant}/${who}`] as StoredEntry;
    const reveal = (tenant: string, who: string) =>
      subject.database.tenant(tenant, (tx) => subject.ledger.reveal(tx, entryOf(tenant, who).entry.id));
    const bundleOf = (tenant: string, disclose: readonly string[] | 'all' = []) =>
      exportBundle(
        { tenant, reader: subject.reader(tenant), ledger: subject.ledger, database: subject.database },
        { kind: 'all' },
        { disclose },
      );
    const trust = (tenant: string) => createTrustFile({ logs: [subject.verifierKey(tenant)] });
    const disclosedIn = (bytes: Uint8Array): string[] =>
      (JSON.parse(Buffer.from(bytes).toString('utf8')) as { entries: { disclosed?: object }[] }).entries.map(
        ({ disclosed = {} }) => Object.keys(disclosed).toSorted().join(),
      );

    it('keeps no plaintext anywhere, erased or not', async () => {
      const stored = await subject.everything();
      expect(stored.length).toBeGreaterThan(1_000);
      for (const marker of MARKERS) expect([marker, stored.includes(marker)]).toEqual([marker, false]);
    });

    it('discloses field by field: what is not asked for stays closed, and each opened one is proven', async () => {
      const one = await bundleOf('shred-a', ['pin']);
      expect(disclosedIn(one)).toEqual(['pin', 'pin', 'pin', '']);
      const all = await bundleOf('shred-a', 'all');
      expect(disclosedIn(all)).toEqual(['finding,pin', 'pin', 'pin,verdict', '']);
      for (const bundle of [one, all]) expect(verifyBundle(bundle, { trust: trust('shred-a') }).ok).toBe(true);
      const bent = Buffer.from(all).toString('utf8').replace('"value":4711', '"value":4712');
      const report = verifyBundle(Buffer.from(bent), { trust: trust('shred-a') });
      expect(report.faults.map(({ code }) => code)).toContain('disclosure_mismatch');
      expect(disclosedIn(await bundleOf('shred-a'))).toEqual(['', '', '', '']);
    });

    it('is worth it: with the salt a dictionary finds the value at once, and with the key everything opens', async () => {
      for (const who of ['eve', 'tenant'])
        expect(dictionaryAttack(entryOf('shred-a', who), [salts[`shred-a/${who}`] ?? ''], [])).toEqual([PIN]);
      const entry = entryOf('shred-a', 'eve');
      const key = await subject.database.tenant('shred-a', (tx) => subject.dataKeys.current(tx, 'eve'));
      const sealed = await subject.ciphertexts('shred-a', entry);
      expect(sealed.map((ciphertext) => opens(entry, ciphertext, key.key))).toEqual([true, true]);
    });

    it('erases one subject: its fields and payloads are gone, everything else is as it was, proofs verify', async () => {
      const before = await bundleOf('shred-a');
      await subject.database.tenant('shred-a', (tx) => subject.dataKeys.erase(tx, 'eve'));
      expect(await reveal('shred-a', 'eve')).toBeNull();
      expect(await reveal('shred-a', 'bob')).toMatchObject({ payload: { text: MARKERS[1] } });
      expect(await reveal('shred-b', 'eve')).toMatchObject({ payload: { text: MARKERS[0] } });
      expect(Buffer.compare(await bundleOf('shred-a'), before)).toBe(0);
      expect(disclosedIn(await bundleOf('shred-a', 'all'))).toEqual(['', 'pin', 'pin,verdict', '']);
      expect(await fsck(subject.reader('shred-a'))).toMatchObject({ ok: true, size: 4 });
      // salts of others, and every secret that is left, open nothing
      const known = [salts['shred-a/bob'], salts['shred-a/tenant'], salts['shred-b/eve']].map((salt) => salt ?? '');
      expect(dictionaryAttack(entryOf('shred-a', 'eve'), known, subject.secrets)).toEqual([]);
    });

    it('erases a tenant: nothing of it opens with any key that is left, and its log still proves itself', async () => {
      const tenant = 'shred-a';
      await subject.database.tenant(tenant, async (tx) => {
        await subject.dataKeys.erase(tx, 'bob');
        await subject.dataKeys.erase(tx);
      });
      for (const who of ['eve', 'bob', 'tenant']) expect(await reveal(tenant, who)).toBeNull();
      const left = await subject.database.tenant('shred-b', async (tx) => [
        await subject.dataKeys.current(tx),
        await subject.dataKeys.current(tx, 'eve'),
      ]);
      const keys = [...left.map(({ key }) => key), ...subject.secrets.filter(({ length }) => length === 32)];
      for (const who of ['eve', 'bob', 'tenant']) {
        const entry = entryOf(tenant, who);
        const sealed = await subject.ciphertexts(tenant, entry);
        expect(sealed.length).toBeGreaterThan(0);
        for (const ciphertext of sealed) expect(keys.some((key) => opens(entry, ciphertext, key))).toBe(false);
        expect(
          dictionaryAttack(
            entry,
            Object.values(salts).filter((salt) => salt === salts['shred-b/eve']),
            subject.secrets,
          ),
        ).toEqual([]);
      }
      const bundle = await bundleOf(tenant, 'all');
      expect([verifyBundle(bundle, { trust: trust(tenant), complete: true }).ok, disclosedIn(bundle)]).toEqual([
        true,
        ['', '', '', ''],
      ]);
      const stored = await subject.everything();
      for (const marker of MARKERS) expect([marker, stored.includes(marker)]).toEqual([marker, false]);
      expect(await reveal('shred-b', 'tenant')).toMatchObject({ payload: { text: MARKERS[1] } });
    });
  });
}
