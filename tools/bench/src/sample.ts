/** What one round of a case did. */
export interface Sample {
  readonly ops: number;
  readonly seconds: number;
  /** CPU time of this process, and of what it started and measured, in microseconds. */
  readonly cpuUs: number;
  /** Of each operation, where one can be told from the other; microseconds. */
  readonly latenciesUs: readonly number[];
}

/** Runs something and takes its time. `work` counts its operations, and adds what each took where it knows. */
export async function sample(work: (latenciesUs: number[]) => Promise<number> | number): Promise<Sample> {
  const latenciesUs: number[] = [];
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const ops = await work(latenciesUs);
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { ops, seconds, cpuUs: user + system, latenciesUs };
}

export const perSecond = ({ ops, seconds }: Sample): number => ops / seconds;

/** The value below which the share `q` of them lies; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
