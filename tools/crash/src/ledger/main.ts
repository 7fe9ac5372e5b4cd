// npm run crash:ledger: kills a process that appends to a ledger, and looks at what it left. Files; PostgreSQL where DATABASE_URL names one.
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createTestDatabase } from '@dmitry/harness';
import { environment } from '@dmitry/kit/config';
import { killLedger, type KillReport } from './kill-ledger.ts';

const USAGE = `Usage: npm run crash:ledger -- [files] [database] [--runs N] [--seed S] [--full] [--json FILE]
  --runs   kills of each storage (40; with --full 500)
  --seed   repeats the moments of the kills
`;
const FEW = 40;
const FULL = 500;
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const program = join(import.meta.dirname, 'appender.js');

interface Run {
  readonly kills: number;
  readonly seed: number;
}

async function files(run: Run): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'dmitry-crash-ledger-'));
  try {
    return await killLedger({ ...run, kind: 'files', at: folder, program });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function database(run: Run, url: string): Promise<KillReport> {
  const own = await createTestDatabase(url, `crash_ledger_${randomBytes(4).toString('hex')}`);
  try {
    for (const setting of DURABLE) {
      const [row] = await own.query<Record<string, string>>(`SHOW ${setting}`);
      if (row?.[setting] !== 'on') throw new Error(`PostgreSQL has ${setting} off: start it with --durable`);
    }
    return await killLedger({ ...run, kind: 'database', at: own.url, program });
  } finally {
    await own.drop();
  }
}

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
      full: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => name !== 'files' && name !== 'database');
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: there are files and database`);
  const numberOf = (text: string | undefined, otherwise: number): number => {
    if (text !== undefined && !/^\d{1,10}$/.test(text)) throw new Error(`"${text}" is no whole number`);
    return text === undefined ? otherwise : Number(text);
  };
  return {
    names: positionals.length > 0 ? positionals : ['files', 'database'],
    kills: numberOf(values.runs, values.full ? FULL : FEW),
    seed: numberOf(values.seed, randomInt(2 ** 31)),
    json: values.json,
  };
}

interface Named extends KillReport {
  readonly name: string;
  readonly seconds: number;
}

/** Null where the storage is not there. */
async function runOne(name: string, run: Run, url: string | undefined): Promise<Named | null> {
  if (name === 'database' && !url) {
    say('NOT CHECKED: database (DATABASE_URL is not set)');
    return null;
  }
  const startedMs = performance.now();
  const report = name === 'files' ? await files(run) : await database(run, url ?? '');
  const named = { name, seconds: Math.round((performance.now() - startedMs) / 100) / 10, ...report };
  say(`${report.faults.length === 0 ? 'ok    ' : 'FAILED'} ${JSON.stringify(named)}`);
  return named;
}

async function main(): Promise<number> {
  const { names, json, ...run } = options();
  const { DATABASE_URL: url, DMITRY_REQUIRE_SERVICES: required } = environment();
  say(`seed ${run.seed}`);
  const reports: Named[] = [];
  for (const name of names) {
    const report = await runOne(name, run, url);
    if (report) reports.push(report);
  }
  if (json) writeFileSync(json, `${JSON.stringify({ seed: run.seed, reports }, null, 2)}\n`);
  const failed = reports.filter(({ faults }) => faults.length > 0).length;
  const skipped = names.length - reports.length;
  say(`${reports.length - failed} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 || (skipped > 0 && required === '1') ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`crash:ledger: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 2;
}
