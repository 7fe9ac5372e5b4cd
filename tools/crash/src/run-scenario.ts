import { openFleet, type Services } from '@dmitry/harness';
import { type Check, type Counts, examine, type TenantEnd } from './examine.ts';
import { seededRandom } from './random.ts';
import { type Ground, SCENARIOS, type ScenarioName } from './scenarios.ts';
import { type Acknowledged, sendRound, TENANTS } from './traffic.ts';

export interface ScenarioReport {
  readonly name: ScenarioName;
  readonly kills: number;
  readonly checks: readonly Check[];
  readonly counts: Counts;
  readonly seconds: number;
}

/** Leases and limits short enough that what a kill leaves behind is taken up within the run; their order is production's. */
const ENV = { IDLE_MS: '200', JOB_LEASE_MS: '5000', EFFECT_NOT_AFTER_MS: '2000' };
const SIMULATOR_ENV = { SIMULATOR_EFFECT_HORIZON_SECONDS: '3' };
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

/** Kills as often as told while events flow, then looks at everything. */
export async function runScenario(
  name: ScenarioName,
  options: { readonly services: Services; readonly kills: number; readonly seed: number },
  say: (line: string) => void,
): Promise<ScenarioReport> {
  const startedMs = performance.now();
  const { services, kills, seed } = options;
  const fleet = await openFleet({ name: 'crash', services, tenants: TENANTS, env: ENV, simulatorEnv: SIMULATOR_ENV });
  try {
    const durable: Check = { name: 'PostgreSQL keeps what it acknowledged', faults: await undurable(fleet) };
    const orchestrator = await fleet.startOrchestrator();
    const ground: Ground = {
      fleet,
      random: seededRandom(seed),
      orchestrator,
      gateway: await fleet.startGateway(),
      at: 0,
    };
    const acknowledged: Acknowledged = new Map();
    for (; ground.at < kills; ground.at += 1) {
      const sent = sendRound(ground, `r${ground.at}`, acknowledged);
      const [done] = await Promise.all([SCENARIOS[name](ground), sent]);
      say(`  kill ${ground.at + 1}: ${done}`);
    }
    const ends: TenantEnd[] = [];
    for (const tenant of TENANTS) ends.push(await examine(ground, tenant, acknowledged));
    const total = (member: keyof Counts): number => ends.reduce((sum, { counts }) => sum + counts[member], 0);
    return {
      name,
      kills,
      checks: [durable, ...ends.flatMap(({ checks }) => checks)],
      counts: {
        events: total('events'),
        runs: total('runs'),
        effects: total('effects'),
        entries: total('entries'),
        dangling_intents: total('dangling_intents'),
      },
      seconds: Math.round((performance.now() - startedMs) / 100) / 10,
    };
  } finally {
    await fleet.close();
  }
}

async function undurable({ database }: Ground['fleet']): Promise<string[]> {
  const faults: string[] = [];
  for (const setting of DURABLE) {
    const [row] = await database.query<Record<string, string>>(`SHOW ${setting}`);
    if (row?.[setting] !== 'on') faults.push(`${setting} is ${row?.[setting]}: start the services with --durable`);
  }
  return faults;
}
