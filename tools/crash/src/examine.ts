import { eventually, type Fleet, SECRETS, tenantView } from '@dmitry/harness';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import { PostgresDatabase } from '@dmitry/storage/postgres';
import { fsck, type FsckReport } from '@dmitry/trust-ledger';
import { createLogReader } from '@dmitry/trust-ledger/storage';
import type { Ground } from './scenarios.ts';
import { type Acknowledged, keyOf } from './traffic.ts';

/** One thing that must hold after all kills. */
export interface Check {
  readonly name: string;
  readonly faults: readonly string[];
}

export interface Counts {
  readonly events: number;
  readonly runs: number;
  readonly effects: number;
  readonly entries: number;
  readonly dangling_intents: number;
}

const FINISHED = ['succeeded', 'refused', 'failed', 'cancelled', 'escalated', 'undone'];
const SETTLE_MS = 240_000;

export interface TenantEnd {
  readonly checks: readonly Check[];
  readonly counts: Counts;
}

/** Waits until nothing is left to do, and looks at one tenant. */
export async function examine(ground: Ground, tenant: string, acknowledged: Acknowledged): Promise<TenantEnd> {
  const { fleet } = ground;
  const view = tenantView(fleet, ground.gateway, tenant);
  const events = acknowledged.get(tenant) ?? new Set<string>();
  const lost = await lostEvents(fleet, tenant, events);
  const stuck = await view.settled(SETTLE_MS).then(
    () => [],
    async (error: Error) => [error.message, ...(await openJobs(fleet, tenant))],
  );
  const runs = await view.runs();
  const unfinished = runs.filter(({ status }) => !FINISHED.includes(status));
  const effects = await effectFaults(fleet, tenant);
  const log = await checkLog(fleet, tenant);
  const of = (name: string, faults: readonly string[]): Check => ({ name: `${name} (${tenant})`, faults });
  return {
    checks: [
      of('no acknowledged event is lost', lost),
      of('no effect is doubled, invented or forgotten', effects.faults),
      of('every run is finished or given to a person', [
        ...stuck,
        ...unfinished.map(({ id, status }) => `run ${id} is ${status}`),
      ]),
      of(
        'the whole ledger is derived anew and agrees with its checkpoint',
        log.ok ? [] : log.faults.map((fault) => JSON.stringify(fault)),
      ),
    ],
    counts: {
      events: events.size,
      runs: runs.length,
      effects: effects.done,
      entries: log.size,
      dangling_intents: log.dangling_intents.length,
    },
  };
}

/** What Kafka acknowledged may still be on its way for a while; what then is not there is lost. */
async function lostEvents(fleet: Fleet, tenant: string, events: ReadonlySet<string>): Promise<string[]> {
  const missing = async (): Promise<string[]> => {
    const rows = await fleet.database.query<{ source: string; id: string }>(
      'SELECT source, id FROM inbox WHERE tenant = $1',
      [tenant],
    );
    const known = new Set(rows.map(({ source, id }) => keyOf(source, id)));
    return [...events].filter((event) => !known.has(event));
  };
  await eventually('all events', async () => ((await missing()).length === 0 ? true : null), {
    withinMs: 90_000,
  }).catch(() => undefined);
  return (await missing()).map((event) => `event ${event} is lost`);
}

const openJobs = async (fleet: Fleet, tenant: string): Promise<string[]> =>
  (
    await fleet.database.query<{ kind: string; key: string; attempt: number; last_error: string | null }>(
      'SELECT kind, key, attempt, last_error FROM job WHERE tenant = $1',
      [tenant],
    )
  ).map(({ kind, key, attempt, last_error: error }) => `job ${kind} ${key} is open (attempt ${attempt}, ${error})`);

interface EffectRow {
  readonly effect_key: string;
  readonly state: string;
}

/** The neighbour's own log of what happened against what we say happened. */
async function effectFaults(
  fleet: Fleet,
  tenant: string,
): Promise<{ readonly faults: string[]; readonly done: number }> {
  const ours = await fleet.database.query<EffectRow>('SELECT effect_key, state FROM effect WHERE tenant = $1', [
    tenant,
  ]);
  const states = new Map(ours.map(({ effect_key: key, state }) => [key, state]));
  const theirs = await fleet.simulator.effects(tenant);
  const done = new Map(theirs.map((effect) => [effect.effect_key, effect]));
  return {
    done: theirs.length,
    faults: [
      ...theirs
        .filter(({ acts }) => acts > 1)
        .map(({ effect_key: key, acts }) => `effect ${key} happened ${acts} times`),
      ...theirs
        .filter(({ effect_key: key }) => !states.has(key))
        .map(({ effect_key: key }) => `effect ${key} is not ours`),
      ...theirs
        .filter(({ effect_key: key, status }) => status === 'confirmed' && states.get(key) !== 'confirmed')
        .map(({ effect_key: key }) => `effect ${key} happened, and we say ${states.get(key)}`),
      ...ours
        .filter(({ effect_key: key, state }) => state === 'confirmed' && done.get(key)?.acts !== 1)
        .map(({ effect_key: key }) => `effect ${key} did not happen, and we say that it did`),
    ],
  };
}

async function checkLog(fleet: Fleet, tenant: string): Promise<FsckReport> {
  const clock = new SystemClock();
  const url = fleet.env['DATABASE_URL'] ?? '';
  const database = await PostgresDatabase.open({ url, migrations: [], clock, ids: new RandomIds(clock) });
  try {
    const identity = {
      deployment: fleet.env['DMITRY_DEPLOYMENT'] ?? '',
      pseudonymKey: Buffer.from(SECRETS.DMITRY_PSEUDONYM_KEY, 'hex'),
    };
    return await fsck(createLogReader({ ...identity, database, tenant }));
  } finally {
    await database.close();
  }
}
