// Runs every suite on the services it finds in the environment, and prints the table. Started by main.mjs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { TIERS } from '@dmitry/workspace-plugin/targets';
import { floors } from './coverage.mjs';
import { lastLine, summarise, table } from './report.mjs';
import { services } from './services.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const out = join(root, 'coverage');
const args = process.argv.slice(2);
const coverage = args.includes('--coverage');
const required = process.env.DMITRY_REQUIRE_SERVICES === '1';
const say = (text) => process.stdout.write(`${text}\n`);

const COVERAGE = [
  '--coverage',
  '--coverageReporters=json-summary',
  '--coverageReporters=lcovonly',
  `--coverageDirectory=${out}`,
  ...[
    'libs/*/src/**/*.ts',
    'apps/*/src/**/*.ts',
    '!**/*.spec.ts',
    '!**/*-spec.ts',
    '!libs/*/src/testing/**',
    '!**/main.ts',
    '!**/*.d.ts',
  ].map((glob) => `--collectCoverageFrom=${glob}`),
];

/** One Jest run over all projects. End-to-end suites have a round of their own: they measure whole processes. */
function round(name, more) {
  const report = join(out, `${name}.json`);
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const rest = args.filter((arg) => arg !== '--coverage');
  const run = spawnSync(
    process.execPath,
    [...flags, jest, '--json', `--outputFile=${report}`, '--passWithNoTests', ...more, ...rest],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'], // --json also writes to stdout; progress is on stderr
    },
  );
  if (existsSync(report)) return JSON.parse(readFileSync(report, 'utf8'));
  process.stderr.write(`npm test: the round '${name}' ended without a report (exit ${run.status ?? run.signal}).\n`);
  return {
    testResults: [
      {
        name: join(root, `tools/test/${name}.spec.mjs`),
        status: 'failed',
        startTime: 0,
        endTime: 0,
        assertionResults: [],
      },
    ],
  };
}

function list(title, lines) {
  if (lines.length === 0) return;
  say(`\n${title}`);
  for (const line of lines) say(`  ${line}`);
}

/** @returns {string[]} the floors that are not reached */
function coverageFaults() {
  if (!coverage) return [];
  const { lines, faults } = floors(JSON.parse(readFileSync(join(out, 'coverage-summary.json'), 'utf8')), root);
  list('Coverage', lines);
  return faults;
}

const started = performance.now();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const present = await services();
const workers = `--maxWorkers=${Math.min(4, availableParallelism())}`;
const e2e = TIERS.e2e.source;
const reports = [
  round('all', [
    workers,
    '--workerIdleMemoryLimit=1500MB',
    `--testPathIgnorePatterns=${e2e}`,
    ...(coverage ? COVERAGE : []),
  ]),
  round('e2e', ['--runInBand', `--testPathPatterns=${e2e}`]),
];
const summary = summarise(reports, root);

say(table(summary));
list('Services used', present.used);
list(
  required ? 'MISSING, and DMITRY_REQUIRE_SERVICES=1 demands them' : 'NOT CHECKED: services that are not there',
  present.missing,
);
list('Not run', summary.skipped);
list('Failed', summary.failures);
const faults = coverageFaults();
list('Below the floor', faults);

// a missing service that is demanded and a floor that is not reached are failures like any other
const seconds = (performance.now() - started) / 1000;
const totals = {
  ...summary.totals,
  failed: summary.totals.failed + faults.length + (required ? present.missing.length : 0),
};
writeFileSync(join(out, 'summary.json'), JSON.stringify({ ...summary, totals, seconds, services: present }, null, 2));
say(`\n${seconds.toFixed(1)} s`);
say(lastLine(totals));
process.exitCode = totals.failed > 0 ? 1 : 0;
