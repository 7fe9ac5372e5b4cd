import { randomBytes } from 'node:crypto';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import { parseCheckpoint } from '@dmitry/trust-ledger';
import { createMemoryLedger } from '@dmitry/trust-ledger/memory';
import pg from 'pg';
import { atLeast, atMost, type Bench, type Case, interleaved, NotHere, ratioOf, reportOf, shown } from '../bench.ts';
import { fullDraft } from '../entries.ts';
import { type MeasuredLedger, openDatabase } from '../ledgers.ts';
import { median, quantile, type Sample, sample } from '../sample.ts';
import { withDatabase } from '../own-database.ts';

/** Callers whose entries go out in one commit, and connections that commit at the same time. */
const GROUP = 256;
const CONNECTIONS = 2;
const TENANT = 'acme';
const RATE = 8_000;
const ROUND_PAUSE_MS = 20;

const actor = { kind: 'service', name: 'bench' } as const;
const drafts = (from: number) => Array.from({ length: GROUP }, (_, n) => fullDraft(from + n));
const pause = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));

/** Groups on all connections until so many are done. */
async function inGroups(groups: number, write: (group: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let group = next++; group < groups; group = next++) await write(group);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return groups * GROUP;
}

const TABLE = 'CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY, body text NOT NULL, payload bytea NOT NULL)';
const ROW_BYTES = { leaf: 1_250, payload: 1_700 };

/** The same bytes as rows of one table without an index, many rows a statement, one statement a commit. */
function plainInserts(pool: pg.Pool, groups: number): Case {
  const body = 'x'.repeat(ROW_BYTES.leaf);
  const payload = randomBytes(ROW_BYTES.payload);
  const places = Array.from({ length: GROUP }, (_, n) => `($${2 * n + 1}, $${2 * n + 2})`).join(', ');
  const values = Array.from({ length: GROUP }, () => [body, payload]).flat();
  const statement = { name: 'plain', text: `INSERT INTO plain (body, payload) VALUES ${places}`, values };
  return {
    name: 'plain multi-row inserts of the same bytes',
    run: () => sample(() => inGroups(groups, () => pool.query(statement))),
  };
}

/** Entries are made, encrypted and hashed before they are anybody's rows: the share of it that is no database's. */
function building(groups: number): Case {
  const clock = new SystemClock();
  return {
    name: 'making the entries, in memory',
    run: () =>
      sample(async () => {
        const { ledger } = createMemoryLedger({ clock, ids: new RandomIds(clock), sequencing: 'manual' });
        const session = await ledger.openSession(TENANT, actor);
        return inGroups(groups, (group) => session.record(drafts(group * GROUP)));
      }),
  };
}

function appending(measured: MeasuredLedger, groups: number): Case {
  return {
    name: 'appended and sequenced',
    run: () =>
      sample(async () => {
        const sessions = await Promise.all([1, 2].map(() => measured.ledger.openSession(TENANT, actor)));
        const written = inGroups(
          groups,
          (group) => sessions[group % CONNECTIONS]?.record(drafts(group * GROUP)) ?? Promise.resolve(),
        );
        const writing = new AbortController();
        const sequenced = (async () => {
          while (!writing.signal.aborted) {
            await measured.round();
            await pause(ROUND_PAUSE_MS);
          }
          while ((await measured.round()) > 0);
        })();
        const count = await written;
        writing.abort();
        await sequenced;
        return count;
      }),
  };
}

/** At a steady rate: from the commit of each group to the first checkpoint that covers it. */
async function durableToSigned(measured: MeasuredLedger, seconds: number): Promise<Sample> {
  const session = await measured.ledger.openSession(TENANT, actor);
  const start = (await measured.reader(TENANT).checkpoint())?.size ?? 0;
  const waiting: { readonly size: number; readonly atMs: number }[] = [];
  let written = start;
  const writing = new AbortController();
  return sample(async (latencies) => {
    const sequenced = (async () => {
      while (!writing.signal.aborted || waiting.length > 0) {
        await measured.round();
        const note = (await measured.reader(TENANT).checkpoint())?.note;
        const size = note === undefined ? 0 : parseCheckpoint(note).size;
        while (waiting[0] && waiting[0].size <= size)
          latencies.push((performance.now() - (waiting.shift()?.atMs ?? 0)) * 1_000);
        await pause(ROUND_PAUSE_MS);
      }
    })();
    const beganMs = performance.now();
    const batch = 128;
    for (let n = 0; n < seconds * RATE; n += batch) {
      const dueMs = beganMs + (n / RATE) * 1_000;
      if (performance.now() < dueMs) await pause(dueMs - performance.now());
      await session.record(Array.from({ length: batch }, (_, at) => fullDraft(n + at)));
      written += batch;
      waiting.push({ size: written, atMs: performance.now() });
    }
    writing.abort();
    await sequenced;
    return written - start;
  });
}

export const ledgerDatabase: Bench = {
  name: 'ledger-database',
  async run({ quick, databaseUrl }) {
    if (databaseUrl === null) throw new NotHere('PostgreSQL: DATABASE_URL is not set');
    return withDatabase(databaseUrl, async (url) => {
      const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
      await pool.query(TABLE);
      const measured = await openDatabase(url);
      const groups = quick ? 8 : 60;
      const [plain, own, made] = [plainInserts(pool, groups), appending(measured, groups), building(groups)];
      const rounds = await interleaved([plain, own, made], quick ? 1 : 5);
      const steady: Sample[] = [];
      for (let n = 0; n < (quick ? 1 : 3); n++) steady.push(await durableToSigned(measured, quick ? 1 : 4));
      const name = `durable to signed at ${RATE} entries a second`;
      const samples = new Map([...rounds, [name, steady]]);
      await measured.close();
      await pool.end();
      const seconds = (one: string, round: number): number => secondsPerEntry(rounds.get(one)?.[round]);
      const storage = (rounds.get(own.name) ?? []).map(
        (_, n) => (seconds(plain.name, n) + seconds(made.name, n)) / seconds(own.name, n),
      );
      return reportOf('ledger-database', samples, [
        atLeast('of making the same entries and inserting their bytes plainly', median(storage), 0.6),
        shown('of plain multi-row inserts, entries made beforehand', ratioOf(rounds, own.name, plain.name)),
        atMost(
          'durable to signed, p99, ms',
          median(steady.map(({ latenciesUs }) => quantile(latenciesUs, 0.99))) / 1_000,
          100,
        ),
      ]);
    });
  },
};

const secondsPerEntry = (one: Sample | undefined): number => (one ? one.seconds / one.ops : Number.NaN);
