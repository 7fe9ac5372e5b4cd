// npm run services -- COMMAND: real PostgreSQL, Redis and Kafka for development and tests.
import { join } from 'node:path';
import { standing, startMissing, stopAll, sweepOrphans, variablesOf } from './fleet.mjs';
import { parseOptions, USAGE } from './options.mjs';
import { runWith } from './run.mjs';
import { readState, stateFile, writeState } from './state.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const shared = stateFile(root);
const env = process.env;
const required = env.DMITRY_REQUIRE_SERVICES === '1';
const say = (text) => process.stdout.write(`${text}\n`);

/** @typedef {import('./options.mjs').Options} Options */

/** @param {Options} options */
async function up({ only, profile }) {
  const known = readState(shared).services;
  const list = standing(known, env, { only, profile });
  const others = list.filter(({ is, service }) => is === 'absent' && known.some(({ name }) => name === service.name));
  for (const { service } of others) {
    process.stderr.write(`services: ${service.name} runs with another profile; run \`down\` first\n`);
  }
  if (others.length > 0) return 1;
  let services = known;
  const missing = await startMissing(list, { root, profile, env }, (started) => {
    services = [...services.filter(({ name }) => name !== started.name), started];
    writeState(shared, { owner: null, services });
  });
  return required && missing.length > 0 ? 1 : 0;
}

/** @param {Options} options */
async function down({ only }) {
  const { services } = readState(shared);
  await stopAll(services.filter(({ name }) => only.includes(name)));
  writeState(shared, { owner: null, services: services.filter(({ name }) => !only.includes(name)) });
  return 0;
}

/** @param {Options} options */
async function status({ only }) {
  for (const { service, is, started } of standing(readState(shared).services, env, { only })) {
    const name = service.name.padEnd(9);
    if (is === 'running')
      say(`${name} running  ${started?.version}, ${started?.profile}, process ${started?.process.pid}`);
    else if (is === 'given') say(`${name} given    ${service.variable} is set`);
    else say(`${name} ${is === 'dead' ? 'DEAD' : 'not running'}`);
  }
  return 0;
}

/** @param {Options} options */
async function environment({ only }) {
  const list = standing(readState(shared).services, env, { only });
  const running = list.flatMap(({ is, started }) => (is === 'running' && started ? [started] : []));
  for (const [name, value] of Object.entries(variablesOf(running))) say(`export ${name}='${value}'`);
  return 0;
}

/** @param {Options} options */
const run = ({ only, profile, run: command }) => runWith({ root, only, profile, command, env, required });

const COMMANDS = { up, down, status, env: environment, run };
const options = parseOptions(process.argv.slice(2));
if ('fault' in options) {
  process.stderr.write(`services: ${options.fault}\n${USAGE}`);
  process.exitCode = 2;
} else {
  await sweepOrphans(root);
  process.exitCode = await COMMANDS[options.command](options);
}
