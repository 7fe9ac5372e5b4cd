// npm run images -- build | smoke: the container images, built from docker/Dockerfile and proven.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findEngine } from './engine.mjs';
import { buildImages } from './images.mjs';
import { createReport } from './report.mjs';

const USAGE = `Usage: npm run images -- COMMAND [--base=IMAGE] [--require]
  build   build the images gateway, orchestrator and simulator with Docker or podman
  smoke   builds what has changed, starts it against real PostgreSQL, Redis and Kafka (npm run services), probes, stops

--base     image to build on instead of the one that docker/Dockerfile pins; \`local\` makes one from Debian packages (root, mmdebstrap)
--require  what cannot be checked on this machine is a failure; so it is with DMITRY_REQUIRE_IMAGES=1
`;

const SERVICES = /** @type {const} */ (['DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS']);
/** Set in the run that services were started for. */
const ASKED = 'DMITRY_IMAGES_SERVICES_ASKED';
const root = join(import.meta.dirname, '..', '..', '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { base: { type: 'string' }, require: { type: 'boolean', default: false } },
});

const require = values.require || process.env.DMITRY_REQUIRE_IMAGES === '1';

/** The same command once more, with services for as long as it lasts. @returns {number} exit code */
function withServices() {
  const services = join(root, 'tools', 'services', 'src', 'main.mjs');
  const again = [process.execPath, import.meta.filename, ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, [services, 'run', '--', ...again], { stdio: 'inherit' });
  return status ?? 1;
}

/** Services that are not named by the environment. */
const absent = () => SERVICES.filter((name) => !process.env[name]);

/** @param {import('./engine.mjs').Engine} engine @param {'build' | 'smoke'} command @param {import('./report.mjs').Report} report */
async function work(engine, command, report) {
  // always: images of another commit would prove nothing, and layers that did not change are not built again
  const built = buildImages(engine, root, { base: values.base, report });
  if (command === 'build' || !built) return;
  if (absent().length > 0) report.skip('images run', `${absent().join(', ')} not set and not to be had`);
  else await (await import('./smoke.mjs')).smoke(engine, root, report);
}

/** @param {'build' | 'smoke'} command @returns {Promise<number>} exit code */
async function main(command) {
  const report = createReport((text) => process.stdout.write(text), { require });
  const engine = findEngine();
  if (!engine) {
    const how = 'neither Docker nor podman answers; on Debian: apt-get install podman runc mmdebstrap';
    report.skip(`images (${command})`, how);
  } else if (command === 'smoke' && absent().length > 0 && !process.env[ASKED]) {
    process.env[ASKED] = '1';
    return withServices();
  } else await work(engine, command, report);
  return report.end();
}

const [command] = positionals;
if (command === 'build' || command === 'smoke') {
  process.exitCode = await main(command);
} else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}
