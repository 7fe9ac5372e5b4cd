// npm run bench -- NAME… [--quick] [--json FILE]: floor, rival and Dmitry interleaved; exit 1 below a bar.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '@dmitry/kit/config';
import { type Bench, type BenchReport, NotHere } from './bench.ts';
import { canonical } from './benches/canonical.ts';
import { ledgerDatabase } from './benches/ledger-database.ts';
import { ledgerFiles } from './benches/ledger-files.ts';
import { proofs } from './benches/proofs.ts';
import { tenants } from './benches/tenants.ts';
import { parseOptions } from './options.ts';
import { printed } from './print.ts';

const BENCHES: readonly Bench[] = [ledgerFiles, ledgerDatabase, canonical, proofs, tenants];
/** Beside the code and not in the system's folder for temporary files, which may be memory. */
const PLACE = join(import.meta.dirname, '..', '.work-');

async function runOne(bench: Bench, quick: boolean): Promise<BenchReport | null> {
  const folder = mkdtempSync(PLACE);
  const databaseUrl = environment()['DATABASE_URL'] ?? null;
  try {
    const report = await bench.run({ quick, folder, databaseUrl });
    process.stdout.write(`${printed(report)}\n`);
    return report;
  } catch (error) {
    if (!(error instanceof NotHere)) throw error;
    process.stdout.write(`NOT CHECKED: ${bench.name}: ${error.message}\n`);
    return null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<number> {
  const options = parseOptions(
    process.argv.slice(2),
    BENCHES.map(({ name }) => name),
  );
  const reports: BenchReport[] = [];
  for (const bench of BENCHES.filter(({ name }) => options.names.includes(name))) {
    const report = await runOne(bench, options.quick);
    if (report) reports.push(report);
  }
  if (options.json !== null)
    writeFileSync(options.json, `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`);
  if (reports.length < options.names.length) return 3;
  return reports.every(({ ratios }) => ratios.every(({ pass }) => pass)) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
