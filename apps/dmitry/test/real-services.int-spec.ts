import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWithService } from '@dmitry/kit/testing';
import { KafkaEventBus } from '@dmitry/messaging/kafka';
import { createHttpClient } from '@dmitry/outbound/http';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { createDatabase } from '@dmitry/storage/testing';
import { openDesk } from './support/desk.ts';
import { call, exportOf, type Serving, serving } from './support/live.ts';

jest.setTimeout(120_000);
const clock = new SystemClock();
const ids = new RandomIds(clock);

describeWithService('postgres', 'dmitry start on PostgreSQL', (postgres) => {
  describeWithService('kafka', 'Kafka', (kafka) => {
    describeWithService('redis', 'and Redis', (redis) => {
      const name = `dmitry-start-${randomBytes(4).toString('hex')}`;
      const desk = openDesk();
      let database: Awaited<ReturnType<typeof createDatabase>>;
      let served: Serving;
      let env: Readonly<Record<string, string>> = {};
      beforeAll(async () => {
        database = await createDatabase(postgres);
        env = {
          DATABASE_URL: database.url,
          KAFKA_BROKERS: kafka,
          REDIS_URL: redis,
          KAFKA_CREATE_TOPICS: 'true',
          KAFKA_TOPIC_PARTITIONS: '1',
          TENANT_TOPICS: `${name}=demo`,
          CONSUMER_GROUP: name,
          JOB_QUEUE: name,
          IDLE_MS: '300',
        };
        served = await serving(desk.folder, env);
      });
      afterAll(async () => {
        await served.stop();
        await database.drop();
        desk.close();
      });

      const get = async (path: string): Promise<any> => {
        const authorization = () => `Bearer ${served.token}`;
        const client = createHttpClient({ service: 'gateway', baseUrl: served.gateway, clock, ids, authorization });
        const result = await client.operate({ method: 'GET', path, operation: 'test', kind: 'read' });
        await client.close();
        return result.kind === 'ok' ? result.body : result;
      };
      const eventually = async (what: string, ask: () => Promise<boolean>): Promise<void> => {
        for (let tries = 0; !(await ask()); tries += 1) {
          if (tries > 300) throw new Error(`${what}: not in time`);
          await clock.sleep(100);
        }
      };

      it('takes events from Kafka, keeps them in PostgreSQL and works on them by jobs from Redis', async () => {
        const bus = await KafkaEventBus.open({ brokers: [kafka], clock });
        const value = Buffer.from(JSON.stringify(exportOf(1)));
        await bus.publish([{ topic: name, key: 'k', value, headers: {} }]);
        await bus.close();
        await eventually('a scored finding', async () =>
          (await get('/v1/findings')).items.some((finding: { score: unknown }) => finding.score !== null),
        );
        const own = await PostgresDatabase.open({ url: database.url, migrations: [], clock });
        const rows = await own.tenant('demo', (tx) => tx.query('SELECT 1 FROM findings'));
        await own.close();
        expect(rows.length).toBeGreaterThan(0);
        await eventually('a decision', async () => (await get('/v1/actions')).items.length > 0);
      });

      it('asks the services, and nothing embedded, whether it is ready', async () => {
        const { ready, dependencies } = await get('/ready');
        expect([ready, Object.keys(dependencies)]).toEqual([
          true,
          expect.arrayContaining(['ledger_sequencer', 'job_queue', 'outbox']),
        ]);
        expect(readFileSync(join(desk.folder, '.dmitry', 'dmitry.log'), 'utf8')).toContain('topics_made');
        expect(() => readFileSync(join(desk.folder, '.dmitry', 'database', 'data', 'PG_VERSION'))).toThrow('ENOENT');
      });

      it('is what doctor finds in order, and of a topic that is not there it says which', async () => {
        const doctor = (topics: string) =>
          call(['doctor'], { cwd: desk.folder, env: { ...env, TENANT_TOPICS: topics } });
        const well = await doctor(`${name}=demo`);
        expect([well.code, well.out]).toEqual([0, expect.stringMatching(/Kafka +service +up/)]);
        const lacking = await doctor(`${name}-gone=demo`);
        expect([lacking.code, lacking.out]).toEqual([
          3,
          expect.stringContaining(`lacks the topics ${name}-gone, ${name}-gone.dlq`),
        ]);
      });

      it('goes on with the same logs in a process after it: its keys are those of the data folder', async () => {
        const before = await get('/v1/ledger/trust');
        await served.stop();
        served = await serving(desk.folder, env);
        expect(await get('/v1/ledger/trust')).toEqual(before);
        expect((await get('/v1/findings')).items.length).toBeGreaterThan(0);
      });
    });
  });
});
