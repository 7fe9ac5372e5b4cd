import { parseArgs } from 'node:util';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';

export interface CrashOptions {
  readonly names: readonly ScenarioName[];
  /** Kills of each scenario. */
  readonly kills: number;
  readonly seed: number;
  /** Where the figures go; nowhere without it. */
  readonly json: string | null;
}

export const USAGE = `Usage: npm run crash -- [NAME…] [--runs N] [--seed S] [--full] [--json FILE]
  NAME     ${Object.keys(SCENARIOS).join(', ')}; all of them without one
  --runs   kills of each scenario (3; with --full 36)
  --seed   repeats a run's choices; without one a new seed, which is printed
`;

const FEW = 3;
const FULL = 36;

/** @throws Error for what cannot be meant */
export function parseOptions(argv: readonly string[], freshSeed: number): CrashOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
      full: { type: 'boolean', default: false },
    },
  });
  const all = Object.keys(SCENARIOS) as ScenarioName[];
  const unknown = positionals.filter((name) => !all.some((one) => one === name));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: there are ${all.join(', ')}`);
  const kills = values.runs === undefined ? (values.full ? FULL : FEW) : countOf('--runs', values.runs);
  return {
    names: positionals.length > 0 ? (positionals as ScenarioName[]) : all,
    kills,
    seed: values.seed === undefined ? freshSeed : countOf('--seed', values.seed),
    json: values.json ?? null,
  };
}

function countOf(option: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`${option} needs a whole number`);
}
