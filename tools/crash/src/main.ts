// npm run crash: kills the apps while events flow, and counts what was lost or doubled.
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { environment } from '@dmitry/kit/config';
import { type CrashOptions, parseOptions, USAGE } from './options.ts';
import { runScenario, type ScenarioReport } from './run-scenario.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function servicesOf(env = environment()) {
  const { DATABASE_URL: postgres, REDIS_URL: redis, KAFKA_BROKERS: kafka } = env;
  return postgres && redis && kafka ? { postgres, redis, kafka } : null;
}

async function main(options: CrashOptions): Promise<number> {
  const services = servicesOf();
  if (!services) {
    say('NOT CHECKED: crash suites need PostgreSQL, Redis and Kafka');
    say(`0 passed, 0 failed, ${options.names.length} skipped`);
    return environment()['DMITRY_REQUIRE_SERVICES'] === '1' ? 1 : 0;
  }
  say(`seed ${options.seed}`);
  const reports: ScenarioReport[] = [];
  for (const name of options.names) {
    say(`${name}: ${options.kills} kills`);
    const report = await runScenario(name, { ...options, services }, say);
    reports.push(report);
    for (const { name: what, faults } of report.checks) {
      say(`  ${faults.length === 0 ? 'ok    ' : 'FAILED'} ${what}`);
      for (const fault of faults.slice(0, 10)) say(`         ${fault}`);
    }
    say(`  ${JSON.stringify({ ...report.counts, seconds: report.seconds })}`);
  }
  if (options.json)
    writeFileSync(options.json, `${JSON.stringify({ seed: options.seed, scenarios: reports }, null, 2)}\n`);
  const checks = reports.flatMap((report) => report.checks);
  const failed = checks.filter(({ faults }) => faults.length > 0).length;
  say(`${checks.length - failed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}

function optionsOf(argv: readonly string[]): CrashOptions | null {
  try {
    return parseOptions(argv, randomInt(2 ** 31));
  } catch (error) {
    process.stderr.write(`crash: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return null;
  }
}

const options = optionsOf(process.argv.slice(2));
process.exitCode = options ? await main(options) : 2;
