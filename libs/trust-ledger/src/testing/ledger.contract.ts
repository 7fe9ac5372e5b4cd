import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Hex } from '@dmitry/contracts';
import type { ManualClock } from '@dmitry/kit/memory';
import type { Database, Tx } from '@dmitry/storage';
import {
  type EntryDraft,
  entryBytes,
  type Ledger,
  leafHash,
  type LogReader,
  type LogSigner,
  opensCommitment,
  parseCheckpoint,
  type Sequencer,
  type StoredEntry,
  TileTree,
  verifyInclusion,
} from '../core/index.ts';

/** A ledger with everything a test needs around it. Entries get their places by `sequencer.round()` only. */
export interface LedgerSubject {
  readonly ledger: Ledger;
  readonly sequencer: Sequencer;
  readonly database: Database;
  readonly clock: ManualClock;
  reader(tenant: string): LogReader;
  signer(tenant: string): LogSigner;
  /** Destroys the tenant's data keys. */
  eraseKeys(tx: Tx): Promise<number>;
  close(): Promise<void>;
}

const service = { kind: 'service', name: 'orchestrator' } as const;
const intent = (operation: string): EntryDraft => ({
  type: 'intent',
  facts: { service: 'pdri', operation, effect: 'read' },
});

/** What every ledger keeps to, wherever its rows are. */
export function describeLedgerContract(name: string, open: () => Promise<LedgerSubject>): void {
  describe(`ledger contract: ${name}`, () => {
    let subject: LedgerSubject;
    let tenants = 0;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close());
    const newTenant = () => `tenant-${++tenants}`;
    const inTenant = <T>(tenant: string, work: (tx: Tx) => Promise<T>) => subject.database.tenant(tenant, work);
    const list = (tenant: string, query = {}): Promise<StoredEntry[]> =>
      inTenant(tenant, (tx) => subject.ledger.list(tx, query));

    describe('appending', () => {
      it('keeps entries in the transaction that appends them, and nothing of one that rolls back', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        await session.record([intent('a')]);
        const failed = inTenant(tenant, async (tx) => {
          await session.append(tx, [intent('lost'), intent('lost')]);
          expect(await subject.ledger.list(tx, {})).toHaveLength(3);
          throw new Error('changed its mind');
        });
        await expect(failed).rejects.toThrow('changed its mind');
        await session.record([intent('b')]);
        expect((await list(tenant)).map(({ entry }) => [entry.session.seq, entry.facts['operation']])).toEqual([
          [0, 'a'],
          [1, 'b'],
        ]);
      });

      it('numbers a session without a gap when its transactions overlap', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        await Promise.allSettled(
          Array.from({ length: 8 }, (_, n) =>
            inTenant(tenant, async (tx) => {
              await session.append(tx, [intent(`${n}`), intent(`${n}`)]);
              if (n % 3 === 1) throw new Error('rolled back');
            }),
          ),
        );
        await session.seal();
        const entries = (await list(tenant)).map(({ entry }) => entry);
        expect(entries.map(({ session: { seq } }) => seq)).toEqual(entries.map((_, n) => n));
        expect(entries.at(-1)).toMatchObject({
          type: 'seal',
          facts: { entries: entries.length - 1, reason: 'completed' },
        });
      });

      it('appends nothing to a sealed session, seals once, and leaves no trace of an empty session', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        await session.seal();
        expect(await list(tenant)).toEqual([]);
        await session.record([intent('a')]);
        await session.seal();
        await session.seal();
        await expect(session.record([intent('late')])).rejects.toMatchObject({ code: 'ledger.session_sealed' });
        expect((await list(tenant)).map(({ entry }) => entry.type)).toEqual(['intent', 'seal']);
      });

      it('refuses entries that are too large or hold what an entry cannot, and keeps none of their neighbours', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        const facts = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f${n}`, 'x'.repeat(500)]));
        await expect(session.record([intent('a'), { type: 'evidence', facts }])).rejects.toMatchObject({
          code: 'ledger.entry_too_large',
        });
        await expect(session.record([{ type: 'evidence', facts: { long: 'x'.repeat(600) } }])).rejects.toMatchObject({
          code: 'ledger.entry_invalid',
        });
        expect(await list(tenant)).toEqual([]);
      });

      it('goes on from an earlier session by reference', async () => {
        const tenant = newTenant();
        const first = await subject.ledger.openSession(tenant, service);
        const [one] = await first.record([intent('a')]);
        const second = await subject.ledger.openSession(tenant, service, {
          continues: one?.id as string,
          lookups: { run: 'r1' },
        });
        await second.record([intent('b'), intent('c')]);
        const [, b, c] = await list(tenant);
        expect([b?.entry.refs.session, c?.entry.refs.session]).toEqual([one?.id, undefined]);
        expect(b?.lookups).toEqual({ run: 'r1' });
      });
    });

    describe('what an entry shows', () => {
      it('names neither tenant nor person nor what was committed', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        await session.record([
          {
            type: 'approval',
            actor: { kind: 'person', name: 'mallory@example.com' },
            committed: { action_digest: 'aabbcc' },
            payload: { note: 'because' },
            lookups: { finding: 'finding-7' },
          },
        ]);
        const [stored] = await list(tenant);
        const text = Buffer.from(entryBytes((stored as StoredEntry).entry)).toString('utf8');
        for (const secret of [tenant, 'mallory', 'orchestrator', 'aabbcc', 'because', 'finding-7'])
          expect(text).not.toContain(secret);
        expect(stored?.lookups).toEqual({ finding: 'finding-7' });
      });

      it('opens commitments and payload for those who have the keys, and for nobody once they are destroyed', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        const [one] = await session.record([
          { type: 'decision', committed: { verdict: { b: 1, a: [true] } }, payload: { list: [1, 2] } },
        ]);
        const id = one?.id as string;
        const revealed = await inTenant(tenant, (tx) => subject.ledger.reveal(tx, id));
        expect(revealed).toMatchObject({
          committed: { verdict: { value: { b: 1, a: [true] } } },
          payload: { list: [1, 2] },
        });
        const opened = revealed?.committed['verdict'] ?? { salt: '', value: null };
        expect(opensCommitment(one?.entry.commitments['verdict'], opened)).toBe(true);
        expect(opensCommitment(one?.entry.commitments['verdict'], { ...opened, value: { b: 2, a: [true] } })).toBe(
          false,
        );
        await inTenant(tenant, (tx) => subject.eraseKeys(tx));
        expect(await inTenant(tenant, (tx) => subject.ledger.reveal(tx, id))).toBeNull();
      });

      it('reveals an entry without secrets as empty, and no entry of another tenant', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        const [one] = await session.record([intent('a')]);
        const id = one?.id as string;
        expect(await inTenant(tenant, (tx) => subject.ledger.reveal(tx, id))).toEqual({
          committed: {},
          payload: undefined,
        });
        await expect(inTenant(newTenant(), (tx) => subject.ledger.reveal(tx, id))).rejects.toMatchObject({
          code: 'ledger.entry_unknown',
        });
      });
    });

    describe('looking up', () => {
      it('resolves what exists for the tenant, with what a decision needs to know of it, and nothing else', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        const [asked] = await session.record([intent('risk.get')]);
        const outcome = (status: string): EntryDraft => ({
          type: 'outcome',
          refs: { intent: asked?.id as string },
          facts: { service: 'pdri', operation: 'risk.get', effect: 'read', status },
        });
        const [ok, failed, evidence] = await session.record([
          outcome('success'),
          outcome('timeout'),
          { type: 'evidence', facts: { rule: 'rule-1' }, lookups: { finding: 'f' } },
        ]);
        const ids = [asked, ok, failed, evidence].map((one) => one?.id as string);
        const resolved = await inTenant(tenant, (tx) =>
          subject.ledger.resolve(tx, [...ids, ids[0]?.replace(/.$/, 'x') ?? '', "'; --", '']),
        );
        expect([...resolved.keys()].toSorted()).toEqual(ids.toSorted());
        expect(ids.map((id) => resolved.get(id)?.succeeded)).toEqual([false, true, false, true]);
        expect(resolved.get(ids[1] as string)).toMatchObject({
          source: 'pdri:risk.get',
          timeMs: subject.clock.now(),
          finding: null,
        });
        expect(resolved.get(ids[3] as string)).toMatchObject({ source: 'rule-1', finding: 'f' });
        expect(await inTenant(newTenant(), (tx) => subject.ledger.resolve(tx, ids))).toEqual(new Map());
        expect(await inTenant(tenant, (tx) => subject.ledger.resolve(tx, []))).toEqual(new Map());
      });

      it('lists by type, look-up, session and id, page by page in the order of appending', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service, { lookups: { request: 'q' } });
        const other = await subject.ledger.openSession(tenant, service);
        const drafts = Array.from({ length: 5 }, (_, n): EntryDraft => ({
          type: n % 2 ? 'policy' : 'config',
          lookups: { finding: `f${n % 2}`, run: `r${n}` },
        }));
        const ids = (await session.record(drafts)).map(({ id }) => id);
        await other.record([{ type: 'halt', lookups: { event: 'e', effect: 'k' } }]);
        const idsOf = async (query: object) => (await list(tenant, query)).map(({ entry }) => entry.id);
        expect(await idsOf({ type: 'policy' })).toEqual([ids[1], ids[3]]);
        expect(await idsOf({ finding: 'f0' })).toEqual([ids[0], ids[2], ids[4]]);
        expect(await idsOf({ run: 'r3' })).toEqual([ids[3]]);
        expect(await idsOf({ request: 'q' })).toEqual(ids);
        expect(await idsOf({ event: 'e', effect: 'k' })).toHaveLength(1);
        expect(await idsOf({ event: 'e', effect: 'other' })).toEqual([]);
        expect(await idsOf({ session: session.id, limit: 2 })).toEqual([ids[0], ids[1]]);
        expect(await idsOf({ session: session.id, after: ids[1], limit: 2 })).toEqual([ids[2], ids[3]]);
        expect(await idsOf({ ids: [ids[4], ids[0]] })).toEqual([ids[0], ids[4]]);
        expect(await idsOf({ session: 'no session' })).toEqual([]);
        await expect(list(tenant, { after: 'nothing' })).rejects.toMatchObject({ code: 'ledger.entry_unknown' });
      });

      it('lists intents that wait for their outcome longer than asked', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        const [a, b] = await session.record([intent('a'), intent('b')]);
        await session.record([{ type: 'outcome', refs: { intent: b?.id as string }, facts: { status: 'success' } }]);
        const danglingIds = async (ms: number) =>
          (await inTenant(tenant, (tx) => subject.ledger.dangling(tx, ms))).map(({ entry }) => entry.id);
        expect(await danglingIds(1_000)).toEqual([]);
        await subject.clock.advance(1_001);
        expect(await danglingIds(1_000)).toEqual([a?.id]);
      });
    });

    describe('the tree', () => {
      it('gives every durable entry its place, once, and signs what it committed', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        expect(await subject.reader(tenant).checkpoint()).toBeNull();
        for (let n = 0; n < 5; n++) await session.record(Array.from({ length: 70 }, (_, m) => intent(`${n}.${m}`)));
        await session.seal();
        expect((await list(tenant, { limit: 1 }))[0]?.index).toBeNull();
        expect(await subject.sequencer.round()).toBeGreaterThanOrEqual(351);
        expect(await subject.sequencer.round()).toBe(0);
        const reader = subject.reader(tenant);
        const signed = await reader.checkpoint();
        expect(signed).toMatchObject({ size: 351, origin: await subject.ledger.origin(tenant) });
        const { root } = parseCheckpoint(signed?.note ?? '');
        const tree = new TileTree(reader, 351);
        expect(await tree.root()).toEqual(Buffer.from(root));
        const entries = await list(tenant, { limit: 1_000 });
        expect(entries.map(({ index }) => index)).toEqual(entries.map((_, n) => n));
        for (const { entry, index } of entries.filter((_, n) => n % 50 === 0)) {
          const place = index as number;
          const path = await tree.inclusionProof(place);
          expect(verifyInclusion({ index: place, size: 351, leafHash: leafHash(entryBytes(entry)), root, path })).toBe(
            true,
          );
          expect(Buffer.from(await tree.entry(place))).toEqual(Buffer.from(entryBytes(entry)));
          expect(await reader.indexOf(entry.id)).toBe(place);
        }
        expect(await reader.indexOf('unknown')).toBeNull();
        expect(await reader.tile(0, 1, 200)).toBeNull();
        expect(await reader.tile('entries', 1, 200)).toBeNull();
        expect(await reader.tile(3, 0, 1)).toBeNull();
      });

      it('keeps earlier checkpoints, each proven to be the beginning of the next', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        for (const count of [1, 3, 300]) {
          await session.record(Array.from({ length: count }, () => intent('x')));
          await subject.sequencer.round();
        }
        const reader = subject.reader(tenant);
        expect((await reader.checkpoints(10)).map(({ size }) => size)).toEqual([1, 4, 304]);
        expect((await reader.checkpoints(2)).map(({ size }) => size)).toEqual([4, 304]);
      });

      it('signs in the name of the deployment and the pseudonym of the tenant', async () => {
        const tenant = newTenant();
        const origin = await subject.ledger.origin(tenant);
        expect(origin).toMatch(/^[^/]+\/[0-9a-f]{64}$/);
        expect(subject.signer(tenant).origin).toBe(origin);
        expect(subject.reader(tenant).origin).toBe(origin);
        expect(sha256Hex(origin)).not.toBe(sha256Hex(await subject.ledger.origin(newTenant())));
      });
    });

    describe('a backlog', () => {
      it('of more than ten seconds refuses sessions and intents, and lets outcomes pass until it is gone', async () => {
        const tenant = newTenant();
        const session = await subject.ledger.openSession(tenant, service);
        const [one] = await session.record([intent('a')]);
        await subject.clock.advance(10_000);
        await session.record([intent('b')]);
        await subject.clock.advance(1);
        const refused = { code: 'ledger.backlog', retryable: true };
        await expect(subject.ledger.openSession(tenant, service)).rejects.toMatchObject(refused);
        await expect(session.record([intent('c')])).rejects.toMatchObject(refused);
        await session.record([{ type: 'outcome', refs: { intent: one?.id as string }, facts: { status: 'success' } }]);
        await subject.ledger.openSession(newTenant(), service);
        await subject.sequencer.round();
        await session.record([intent('c')]);
        await session.seal();
        expect((await list(tenant)).map(({ entry }) => entry.session.seq)).toEqual([0, 1, 2, 3, 4]);
      });
    });
  });
}
