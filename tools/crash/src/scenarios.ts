import { type App, eventually, type Fleet } from '@dmitry/harness';
import type { Random } from './random.ts';

/** Points at which the orchestrator ends itself when it is told to (DMITRY_KILL_POINT). */
export const KILL_POINTS = [
  'consume.after-record',
  'enrich.after-reads',
  'advise.after-answer',
  'run.before-dispatch',
  'run.in-dispatch',
  'run.after-dispatch',
  'run.after-call',
  'run.in-outcome',
  'run.after-outcome',
] as const;

/** Everything that one kill works on. */
export interface Ground {
  readonly fleet: Fleet;
  readonly random: Random;
  gateway: App;
  orchestrator: App;
  /** Which kill of the scenario it is, from 0. */
  at: number;
}

/** Ends one app while events flow, and starts it again. @returns what was done, for the report */
export type Scenario = (ground: Ground) => Promise<string>;

const LONGEST_MS = 1_500;
const NOT_REACHED_MS = 12_000;
const wait = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));

const atRandom: Scenario = async (ground) => {
  const ms = ground.random.integer(20, LONGEST_MS);
  await wait(ms);
  await ground.orchestrator.process.kill();
  ground.orchestrator = await ground.fleet.startOrchestrator();
  return `orchestrator after ${ms} ms`;
};

const gatewayAtRandom: Scenario = async (ground) => {
  const ms = ground.random.integer(5, LONGEST_MS / 3);
  await wait(ms);
  await ground.gateway.process.kill();
  ground.gateway = await ground.fleet.startGateway();
  return `gateway after ${ms} ms`;
};

/** Each point in its turn, so that no run leaves one out; the count is what chance decides. */
const atPoint: Scenario = async (ground) => {
  const point = KILL_POINTS[ground.at % KILL_POINTS.length] ?? KILL_POINTS[0];
  const count = ground.random.integer(1, 3);
  await ground.orchestrator.process.stop();
  const killed = { DMITRY_KILL_POINT: `${point}:${count}` };
  const doomed = await ground.fleet.startOrchestrator(killed).catch(ifKilled); // it works before it listens
  const gone = (): true | null => (doomed?.process.alive() ? null : true);
  const reached = await eventually(point, gone, { withinMs: NOT_REACHED_MS }).catch(() => false);
  await doomed?.process.kill();
  ground.orchestrator = await ground.fleet.startOrchestrator();
  return `orchestrator at ${point}, time ${count}${reached ? '' : ' (not reached; killed then)'}`;
};

/** Ended by itself before it was ready: that is the kill. Anything else is a fault. */
function ifKilled(error: Error): null {
  if (error.message.includes('ended with SIGKILL')) return null;
  throw error;
}

export const SCENARIOS = {
  orchestrator: atRandom,
  points: atPoint,
  gateway: gatewayAtRandom,
} as const satisfies Record<string, Scenario>;
export type ScenarioName = keyof typeof SCENARIOS;
