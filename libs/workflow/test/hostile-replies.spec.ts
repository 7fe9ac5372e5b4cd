import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalBytes, type Run } from '@dmitry/contracts';
import { silentLogger } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import type { OutboundClient } from '@dmitry/outbound';
import { createHttpClient } from '@dmitry/outbound/http';
import { createPlatformClient } from '@dmitry/platform-client/http';
import type { Database } from '@dmitry/storage';
import { createDataKeys, createLeases, createSealer } from '@dmitry/storage/sql';
import { openTestDatabase } from '@dmitry/storage/testing';
import { createLogSigners, type Ledger, type Sequencer } from '@dmitry/trust-ledger';
import { createCallRecorder } from '@dmitry/trust-ledger/outbound';
import { createLedger, createSequencer, trustLedgerMigrations } from '@dmitry/trust-ledger/storage';
import { JobRunner, RunWorker } from '../src/core/index.ts';
import { MemoryJobDispatcher } from '../src/memory/index.ts';
import { PlatformEffectExecutor } from '../src/platform/index.ts';
import { SqlJobJournal, SqlRunStore, workflowMigrations } from '../src/storage/index.ts';
import { plannedRun } from '../src/testing/index.ts';

const TENANT = 'acme';
const clock = new ManualClock(Date.now());
const ids = new SeededIds(clock, 'hostile replies');

let database: Database;
let ledger: Ledger;
let runs: SqlRunStore;
let runner: JobRunner;
let sequencer: Sequencer;
let server: Server;
let client: OutboundClient;
/** What the Platform writes after the effect's key and status. */
let tail = '';

beforeAll(async () => {
  database = await openTestDatabase([...trustLedgerMigrations, ...workflowMigrations]);
  const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
  const identity = { deployment: 'dmitry.example.com', pseudonymKey: ids.bytes(32) };
  ledger = createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids });
  sequencer = createSequencer({
    ...identity,
    database,
    leases: createLeases(database),
    signer: createLogSigners(ids.bytes(32)),
    logger: silentLogger,
    holder: 'test',
  });
  server = createServer((request, response) => {
    const key = (request.url ?? '').split('/').at(-1) ?? '';
    request.resume().on('end', () => response.end(`{"effect_key":"${key}","status":"confirmed"${tail}}`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const time = new SystemClock();
  client = createHttpClient({
    service: 'platform',
    baseUrl: `http://127.0.0.1:${port}`,
    clock: time,
    ids: new RandomIds(time),
    logger: silentLogger,
  });
  const journal = new SqlJobJournal(database);
  runs = new SqlRunStore(journal, clock);
  const worker = new RunWorker({
    database,
    runs,
    ledger,
    clock,
    gate: {
      check: () => Promise.resolve({ ok: true, notAfterMs: clock.now() + 60_000, approvals: [] }),
      settle: () => Promise.resolve(),
    },
    executor: new PlatformEffectExecutor(createPlatformClient(client)),
    recorder: (session) => createCallRecorder(session, { database }),
    onFinished: (_tx, run) => Promise.resolve(void canonicalBytes(run)), // as whoever tells others does
  });
  runner = new JobRunner({ journal, dispatcher: new MemoryJobDispatcher(), clock, logger: silentLogger });
  runner.handle('run', (job) => worker.handle(job));
}, 60_000);
afterAll(async () => {
  await client.close();
  server.close();
  await database.close();
});

/** Runs an effect whose reply goes on with `text`, and looks again as long as something is open. */
async function acted(name: string, text: string, looks = 1): Promise<Run> {
  tail = text;
  const { id } = await database.tenant(TENANT, (tx) => runs.plan(tx, plannedRun(TENANT, name), clock.now()));
  for (let look = 0; look < looks; look += 1) {
    await runner.drain();
    await clock.advance(look === 0 ? 0 : 60_000);
    await sequencer.round();
  }
  const run = await database.tenant(TENANT, (tx) => runs.get(tx, id));
  if (!run) throw new Error('no such run');
  return run;
}

const answerOf = async (run: Run): Promise<unknown> => {
  const { payload } = (await database.tenant(TENANT, (tx) =>
    ledger.reveal(tx, run.effects[0]?.outcome_entry ?? ''),
  )) as { payload: { answer: unknown } };
  return payload.answer;
};
const DEEP = `,"result":${'['.repeat(100_000)}${']'.repeat(100_000)}`;

describe('a Platform whose reply RFC 8785 cannot carry', () => {
  it.each([
    ['half a surrogate pair', ',"result":{"text":"\\ud800"}'],
    ['a number that is none', ',"result":{"n":1e999}'],
    ['nesting without end', DEEP],
  ])('with %s: the effect is what it says, and the outcome keeps text, size and digest', async (name, text) => {
    const run = await acted(name, text);
    expect(run).toMatchObject({ status: 'succeeded', effects: [{ state: 'confirmed', attempts: 1 }] });
    expect(await answerOf(run)).toMatchObject({
      not_canonical: expect.any(String),
      size: expect.any(Number),
      digest: expect.any(String),
    });
    expect(run.effects[0]?.result).toMatchObject(
      name === 'nesting without end' ? { too_large: true } : { not_canonical: expect.any(String) },
    );
  });
});

describe('a Platform whose reply is very large', () => {
  it('has its effect confirmed with the result’s size and digest; the ledger has the whole', async () => {
    const run = await acted('large', `,"result":"${'x'.repeat(3_000_000)}"`);
    expect(run).toMatchObject({ status: 'succeeded', effects: [{ result: { too_large: true, size: 3_000_002 } }] });
    expect(await answerOf(run)).toMatchObject({ result: expect.stringMatching(/^x{3000000}$/) });
  });

  it('and larger than is read: nobody knows what happened, so it is asked, and in the end a person', async () => {
    const run = await acted('too large', `,"result":"${'x'.repeat(5_000_000)}"`, 40);
    expect(run).toMatchObject({ status: 'escalated', effects: [{ attempts: 1 }] });
    expect(await database.tenant(TENANT, (tx) => ledger.dangling(tx, 0))).toEqual([]);
  }, 60_000);
});
