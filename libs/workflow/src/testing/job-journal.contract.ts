import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@dmitry/storage';
import type { ClaimedJob, JobJournal } from '../core/index.ts';

export interface JournalSubject {
  readonly database: Database;
  readonly journal: JobJournal;
}

const NOW = 1_800_000_000_000;
const LEASE = 60_000;

/** What every journal promises. Each test has a kind of its own, so that they share a database. */
export function describeJobJournalContract(title: string, open: () => Promise<JournalSubject>): void {
  let subject: JournalSubject;
  beforeAll(async () => {
    subject = await open();
  }, 60_000);
  afterAll(() => subject.database.close());

  const schedule = (kind: string, key: string, dueMs = NOW, tenant = 'acme'): Promise<void> =>
    subject.database.tenant(tenant, (tx) => subject.journal.schedule(tx, kind, key, dueMs));
  const due = (kind: string, nowMs = NOW, limit = 10): ReturnType<JobJournal['due']> =>
    subject.journal.due(nowMs, limit, [kind]);
  const claim = async (kind: string, key: string, nowMs = NOW, tenant = 'acme'): Promise<ClaimedJob> => {
    const job = await subject.journal.claim({ tenant, kind, key }, nowMs, LEASE);
    if (!job) throw new Error('nothing to claim');
    return job;
  };
  const end = (job: ClaimedJob): Promise<void> => subject.database.tenant(job.tenant, (tx) => job.complete(tx));

  describe(`${title}: scheduling`, () => {
    it('is idempotent and takes the sooner time', async () => {
      await schedule('sooner', 'a', NOW + 5_000);
      await schedule('sooner', 'a', NOW);
      await schedule('sooner', 'a', NOW + 9_000);
      expect(await due('sooner')).toEqual([{ tenant: 'acme', kind: 'sooner', key: 'a' }]);
    });

    it('brings a whole kind of one tenant forward, also what is being worked on, and leaves the rest', async () => {
      for (const key of ['a', 'b', 'held']) await schedule('hasten', key, key === 'held' ? NOW : NOW + 60_000);
      await schedule('hasten', 'stranger', NOW + 60_000, 'globex');
      await schedule('hasten-not', 'a', NOW + 60_000);
      const held = await claim('hasten', 'held');
      await subject.database.tenant('acme', (tx) => subject.journal.hasten(tx, 'hasten', NOW));
      expect((await due('hasten')).map(({ key }) => key)).toEqual(['a', 'b']);
      expect(await due('hasten-not')).toEqual([]);
      await subject.database.tenant('acme', (tx) => held.reschedule(tx, NOW + 60_000));
      expect((await due('hasten')).map(({ key }) => key)).toContain('held');
    });

    it('names the tenants that have open jobs', async () => {
      await schedule('named', 'a', NOW + 60_000, 'with-a-job');
      expect(await subject.journal.tenants()).toContain('with-a-job');
      expect(await subject.journal.tenants()).not.toContain('without-a-job');
    });

    it('gives oldest first, of every tenant, and of the kinds asked for alone', async () => {
      await schedule('order', 'second', NOW - 10, 'globex');
      await schedule('order', 'first', NOW - 20);
      await schedule('order', 'later', NOW + 1);
      await schedule('other', 'x', NOW - 30);
      expect((await due('order')).map(({ key }) => key)).toEqual(['first', 'second']);
    });

    it('keeps no tenant out behind one with many jobs', async () => {
      for (let i = 0; i < 12; i++) await schedule('fair', `busy-${i}`, NOW - 100 + i, 'busy');
      await schedule('fair', 'quiet', NOW - 99, 'quiet');
      const seen = await due('fair', NOW, 4);
      expect(seen.map(({ tenant }) => tenant)).toContain('quiet');
    });

    it('comes to every tenant in turn when more wait than one look takes', async () => {
      const tenants = ['t1', 't2', 't3', 't4', 't5'];
      for (const tenant of tenants) await schedule('turn', 'a', NOW - 1_000_000, tenant);
      const seen = new Set<string>();
      for (let look = 0; look < 12; look++) for (const { tenant } of await due('turn', NOW + look, 2)) seen.add(tenant);
      expect([...seen].sort()).toEqual(tenants);
    });

    it('leaves nothing when its transaction is rolled back', async () => {
      const broken = subject.database.tenant('acme', async (tx) => {
        await subject.journal.schedule(tx, 'rolled', 'a', NOW);
        throw new Error('rolled back');
      });
      await expect(broken).rejects.toThrow('rolled back');
      expect(await due('rolled')).toEqual([]);
    });

    it('is found again however often nobody takes it: what a queue loses is a delay', async () => {
      await schedule('lost', 'a');
      for (let look = 0; look < 3; look++) expect(await due('lost')).toHaveLength(1);
    });
  });

  describe(`${title}: claims`, () => {
    it('go to one alone, until the lease ends', async () => {
      await schedule('claim', 'a');
      const first = await claim('claim', 'a');
      expect(first.attempt).toBe(1);
      expect(await subject.journal.claim(first, NOW + LEASE - 1, LEASE)).toBeNull();
      expect(await due('claim', NOW + LEASE - 1)).toEqual([]);
      expect(await due('claim', NOW + LEASE)).toHaveLength(1);
      const second = await claim('claim', 'a', NOW + LEASE);
      expect(second.fence).toBeGreaterThan(first.fence);
      expect(second.attempt).toBe(2);
    });

    it('of jobs that are not due, not there or of another tenant are refused', async () => {
      await schedule('refuse', 'a', NOW + 1);
      for (const [tenant, key] of [
        ['acme', 'a'],
        ['acme', 'forged'],
        ['globex', 'a'],
      ] as const) {
        expect(await subject.journal.claim({ tenant, kind: 'refuse', key }, NOW, LEASE)).toBeNull();
      }
    });

    it('race to one winner', async () => {
      await schedule('race', 'a');
      const claims = await Promise.all(
        Array.from({ length: 5 }, () => subject.journal.claim({ tenant: 'acme', kind: 'race', key: 'a' }, NOW, LEASE)),
      );
      expect(claims.filter((each) => each !== null)).toHaveLength(1);
    });

    it('can be held longer, so that a slow call keeps its fence', async () => {
      await schedule('hold', 'a');
      const job = await claim('hold', 'a');
      await subject.database.tenant('acme', (tx) => job.hold(tx, NOW + 3 * LEASE));
      expect(await due('hold', NOW + 2 * LEASE)).toEqual([]);
      expect(await due('hold', NOW + 3 * LEASE)).toHaveLength(1);
    });
  });

  describe(`${title}: fencing`, () => {
    it('a holder whose job was taken over can neither hold, end nor move it, and its transaction is rolled back', async () => {
      await schedule('fence', 'a');
      const late = await claim('fence', 'a');
      const holder = await claim('fence', 'a', NOW + LEASE);
      const tries = [
        subject.database.tenant('acme', (tx) => late.hold(tx, NOW)),
        subject.database.tenant('acme', (tx) => late.complete(tx)),
        subject.database.tenant('acme', (tx) => late.reschedule(tx, NOW)),
      ];
      for (const result of await Promise.allSettled(tries)) {
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'workflow.fenced' } });
      }
      await subject.journal.fail(late, NOW, 'x.y'); // says nothing and does nothing
      await end(holder);
      expect(await due('fence', NOW + 9 * LEASE)).toEqual([]);
    });

    it('a job that ended and began again under its name is not the old holder’s', async () => {
      await schedule('again', 'a');
      const old = await claim('again', 'a');
      await end(await claim('again', 'a', NOW + LEASE));
      await schedule('again', 'a', NOW);
      await claim('again', 'a');
      await expect(end(old)).rejects.toMatchObject({ code: 'workflow.fenced' });
    });
  });

  describe(`${title}: ends`, () => {
    it('a completed job is gone', async () => {
      await schedule('done', 'a');
      await end(await claim('done', 'a'));
      expect(await due('done', NOW + 9 * LEASE)).toEqual([]);
    });

    it('scheduled while it is worked on, it comes once more: the work may have missed the reason', async () => {
      await schedule('meanwhile', 'a');
      const job = await claim('meanwhile', 'a');
      await schedule('meanwhile', 'a', NOW + 3);
      await end(job);
      expect(await due('meanwhile', NOW + 2)).toEqual([]);
      expect(await due('meanwhile', NOW + 3)).toHaveLength(1);
      await end(await claim('meanwhile', 'a', NOW + 3));
      expect(await due('meanwhile', NOW + 9 * LEASE)).toEqual([]);
    });

    it('rescheduled, it comes at its time and counts as begun for the first time', async () => {
      await schedule('poll', 'a');
      const job = await claim('poll', 'a');
      await subject.database.tenant('acme', (tx) => job.reschedule(tx, NOW + 10));
      expect(await due('poll', NOW + 9)).toEqual([]);
      expect((await claim('poll', 'a', NOW + 10)).attempt).toBe(1);
    });

    it('failed, it comes at its time, counts its tries and is named with its fault', async () => {
      await schedule('fail', 'a');
      await subject.journal.fail(await claim('fail', 'a'), NOW + 10, 'storage.timeout');
      await subject.journal.fail(await claim('fail', 'a', NOW + 10), NOW + 20, 'gate.unavailable');
      const failing = await subject.database.tenant('acme', (tx) => subject.journal.failing(tx, 2));
      expect(failing).toContainEqual({ tenant: 'acme', kind: 'fail', key: 'a', attempt: 2, error: 'gate.unavailable' });
    });
  });

  describe(`${title}: tenants`, () => {
    it('see no failing job of each other, and what works across them sees no job at all', async () => {
      await schedule('private', 'secret', NOW, 'acme');
      await subject.journal.fail(await claim('private', 'secret'), NOW + 1, 'x.y');
      const seen = await subject.database.tenant('globex', (tx) => subject.journal.failing(tx, 1));
      expect(seen.filter(({ kind }) => kind === 'private')).toEqual([]);
      await expect(subject.database.worker((tx) => tx.query('SELECT * FROM job'))).rejects.toMatchObject({
        code: 'storage.forbidden',
      });
    });

    it('counts what is open and when to look next', async () => {
      const before = await subject.journal.waiting();
      await schedule('count', 'a', 5);
      const after = await subject.journal.waiting();
      expect(after).toEqual({ open: before.open + 1, nextDueMs: 5 });
      await end(await claim('count', 'a'));
      expect(await subject.journal.waiting()).toEqual(before);
    });
  });
}
