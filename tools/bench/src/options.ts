import { parseArgs } from 'node:util';

export interface Options {
  readonly names: readonly string[];
  readonly quick: boolean;
  /** Where the reports go as JSON; nowhere without it. */
  readonly json: string | null;
}

/** @throws Error for what cannot be meant */
export function parseOptions(argv: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
  });
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: there are ${known.join(', ')}`);
  if (positionals.length === 0) throw new Error(`name a benchmark: ${known.join(', ')}`);
  return { names: positionals, quick: values.quick, json: values.json ?? null };
}
