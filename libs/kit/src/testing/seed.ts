import { environment } from '../config/index.ts';

/**
 * The seed of this run's property tests: DMITRY_SEED when given, else a new one. fast-check prints it with every counterexample,
 * so `DMITRY_SEED=<seed>` repeats a failing run.
 * @example fc.assert(property, { seed: seed(), numRuns: 100 })
 */
export function seed(env = environment()): number {
  const given = Number.parseInt(env['DMITRY_SEED'] ?? '', 10);
  return Number.isSafeInteger(given) ? given : fresh;
}

const fresh = Math.trunc(Math.random() * 0x7fff_ffff);
