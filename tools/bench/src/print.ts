import type { BenchReport, CaseReport } from './bench.ts';

const cell = (value: number | null): string => (value === null ? '-' : String(value)).padStart(10);

const line = ({ name, ops_per_s, cpu_us_per_op, p50_us, p99_us }: CaseReport): string =>
  `  ${cell(ops_per_s)}${cell(cpu_us_per_op)}${cell(p50_us)}${cell(p99_us)}  ${name}`;

/** A report for a person. */
export function printed({ name, machine, rounds, cases, ratios }: BenchReport): string {
  const heading = ['ops/s', 'CPU us/op', 'p50 us', 'p99 us'].map((one) => one.padStart(10)).join('');
  return [
    `${name} (${rounds} rounds, medians; ${machine['cores']} cores, load ${machine['load_1m']})`,
    `  ${heading}`,
    ...cases.map(line),
    ...ratios.map(
      ({ name: what, value, bar, pass }) =>
        `  ${bar === null ? '      ' : pass ? 'ok    ' : 'BELOW '} ${value}${bar === null ? '' : ` (bar ${bar})`}  ${what}`,
    ),
  ].join('\n');
}
