import { cpus, loadavg, release, totalmem } from 'node:os';
import { median, perSecond, quantile, type Sample } from './sample.ts';

/** One thing that is measured beside others. */
export interface Case {
  readonly name: string;
  /** One round. */
  run(): Promise<Sample>;
}

export interface BenchOptions {
  /** Fewer rounds of less work: whether it runs, not how fast. */
  readonly quick: boolean;
  /** A folder of its own on a local disk, removed afterwards. */
  readonly folder: string;
  /** PostgreSQL with fsync and synchronous_commit on, or null. */
  readonly databaseUrl: string | null;
}

export interface Bench {
  readonly name: string;
  /** @throws NotHere when the machine lacks something that it needs */
  run(options: BenchOptions): Promise<BenchReport>;
}

/** What a bench needs is not on this machine. */
export class NotHere extends Error {}

export interface CaseReport {
  readonly name: string;
  readonly ops_per_s: number;
  readonly cpu_us_per_op: number;
  readonly p50_us: number | null;
  readonly p99_us: number | null;
}

export interface Ratio {
  readonly name: string;
  readonly value: number;
  /** Null where the figure is only printed. */
  readonly bar: number | null;
  readonly pass: boolean;
}

export interface BenchReport {
  readonly name: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly rounds: number;
  readonly cases: readonly CaseReport[];
  readonly ratios: readonly Ratio[];
}

export const atLeast = (name: string, value: number, bar: number): Ratio => ({
  name: `${name} (at least)`,
  value,
  bar,
  pass: value >= bar,
});

export const atMost = (name: string, value: number, bar: number): Ratio => ({
  name: `${name} (at most)`,
  value,
  bar,
  pass: value <= bar,
});

export const shown = (name: string, value: number): Ratio => ({ name, value, bar: null, pass: true });

/** Samples by case, one for each round. */
export type Rounds = ReadonlyMap<string, readonly Sample[]>;

/** Runs the cases of each round one after another, every other round backwards, after one round that does not count. */
export async function interleaved(cases: readonly Case[], rounds: number): Promise<Rounds> {
  const samples = new Map<string, Sample[]>(cases.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const one of round % 2 === 0 ? cases : cases.toReversed()) {
      const taken = await one.run();
      if (round >= 0) samples.get(one.name)?.push(taken);
    }
  }
  return samples;
}

/** The median over the rounds of the ratio within a round: what the machine does meanwhile is in both. */
export function ratioOf(rounds: Rounds, of: string, to: string, value: (one: Sample) => number = perSecond): number {
  const others = rounds.get(to) ?? [];
  return median((rounds.get(of) ?? []).map((one, n) => value(one) / value(others[n] as Sample)));
}

export const valueOf = (rounds: Rounds, name: string, value: (one: Sample) => number): number =>
  median((rounds.get(name) ?? []).map(value));

export const p99Us = ({ latenciesUs }: Sample): number => quantile(latenciesUs, 0.99);
const p50Us = ({ latenciesUs }: Sample): number => quantile(latenciesUs, 0.5);
export const cpuUsPerOp = ({ cpuUs, ops }: Sample): number => cpuUs / ops;

export function reportOf(name: string, rounds: Rounds, ratios: readonly Ratio[]): BenchReport {
  const cases = [...rounds.keys()].map((one): CaseReport => ({
    name: one,
    ops_per_s: rounded(valueOf(rounds, one, perSecond)),
    cpu_us_per_op: rounded(valueOf(rounds, one, cpuUsPerOp)),
    p50_us: orNull(valueOf(rounds, one, p50Us)),
    p99_us: orNull(valueOf(rounds, one, p99Us)),
  }));
  const count = Math.max(0, ...[...rounds.values()].map(({ length }) => length));
  return {
    name,
    machine: machine(),
    rounds: count,
    cases,
    ratios: ratios.map((one) => ({ ...one, value: rounded(one.value) })),
  };
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : rounded(value));
const rounded = (value: number): number => Number(value.toPrecision(4));

/** The load is part of every figure: others may be at work on the machine. */
const machine = (): Readonly<Record<string, string | number>> => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory_gib: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${release()}`,
  node: process.version,
  load_1m: Math.round((loadavg()[0] ?? 0) * 100) / 100,
});
