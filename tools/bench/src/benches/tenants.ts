import { join } from 'node:path';
import { atMost, type Bench, type Case, cpuUsPerOp, interleaved, NotHere, ratioOf, reportOf } from '../bench.ts';
import { type MeasuredLedger, openDatabase, openFiles } from '../ledgers.ts';
import { withDatabase } from '../own-database.ts';
import { type Sample, sample } from '../sample.ts';

const ACTIVE = 100;
const actor = { kind: 'service', name: 'bench' } as const;

/** A ledger in which so many tenants have a log, with 100 of them at work. */
async function populated(measured: MeasuredLedger, tenants: number): Promise<void> {
  for (let from = 0; from < tenants; from += ACTIVE)
    await Promise.all(
      Array.from({ length: Math.min(ACTIVE, tenants - from) }, (_, n) => appendOne(measured, from + n)),
    );
  while ((await measured.round()) > 0);
}

async function appendOne({ ledger }: MeasuredLedger, tenant: number): Promise<void> {
  const session = await ledger.openSession(`tenant-${tenant}`, actor);
  await session.record([{ type: 'config', facts: { tenant } }]);
}

/** 100 tenants append an entry each, then everything is sequenced and signed. */
function turns(name: string, measured: MeasuredLedger, spread: number, times: number): Case {
  return {
    name,
    run: () =>
      sample(async () => {
        for (let time = 0; time < times; time++) {
          await Promise.all(Array.from({ length: ACTIVE }, (_, n) => appendOne(measured, n * spread)));
          while ((await measured.round()) > 0);
        }
        return times * ACTIVE;
      }),
  };
}

const secondsPerOp = ({ seconds, ops }: Sample): number => seconds / ops;
const BAR = 1.25;

export const tenants: Bench = {
  name: 'tenants',
  async run({ quick, folder, databaseUrl }) {
    if (databaseUrl === null) throw new NotHere('PostgreSQL: DATABASE_URL is not set');
    const many = quick ? 500 : 10_000;
    return withDatabase(databaseUrl, (manyUrl) =>
      withDatabase(databaseUrl, async (fewUrl) => {
        const ledgers = await Promise.all([
          openFiles(join(folder, 'many'), null),
          openFiles(join(folder, 'few'), null),
          openDatabase(manyUrl),
          openDatabase(fewUrl),
        ]);
        const sizes = [many, ACTIVE, many, ACTIVE];
        for (const [n, ledger] of ledgers.entries()) await populated(ledger, sizes[n] ?? 0);
        const times = quick ? 1 : 5;
        const names = ['files', 'database'].flatMap((where) => [
          `${where}, ${many} tenants`,
          `${where}, ${ACTIVE} tenants`,
        ]);
        const cases = ledgers.map((ledger, n) => turns(names[n] ?? '', ledger, (sizes[n] ?? 0) / ACTIVE, times));
        const rounds = await interleaved(cases, quick ? 1 : 7);
        for (const ledger of ledgers) await ledger.close();
        const [filesMany = '', filesFew = '', databaseMany = '', databaseFew = ''] = names;
        return reportOf('tenants', rounds, [
          atMost('files: time of many of time of few', ratioOf(rounds, filesMany, filesFew, secondsPerOp), BAR),
          atMost('files: CPU of many of CPU of few', ratioOf(rounds, filesMany, filesFew, cpuUsPerOp), BAR),
          atMost(
            'database: time of many of time of few',
            ratioOf(rounds, databaseMany, databaseFew, secondsPerOp),
            BAR,
          ),
          atMost('database: CPU of many of CPU of few', ratioOf(rounds, databaseMany, databaseFew, cpuUsPerOp), BAR),
        ]);
      }),
    );
  },
};
