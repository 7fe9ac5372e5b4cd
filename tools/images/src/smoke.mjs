// The images as they run in production, against real services: DATABASE_URL, REDIS_URL and KAFKA_BROKERS are set.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeImage, startContainer, statusOf } from './container.mjs';
import { IMAGES, SIZE_BUDGET_MB, tagOf } from './images.mjs';
import { beginRequest, tokenOf } from './slow-request.mjs';

/**
 * @typedef {import('./engine.mjs').Engine} Engine @typedef {import('./report.mjs').Report} Report
 * @typedef {import('./container.mjs').Container} Container @typedef {(typeof IMAGES)[number]} Image
 * @typedef {{image: Image, container: Container, url: string}} Running
 */

const START_MS = 60_000;
const TENANT = 'acme';
/** The one folder that an app may write to, where a volume is mounted on it. */
const DATA_FOLDER = '/var/lib/dmitry';

const SECRETS = {
  JWT_SECRET: randomBytes(32).toString('hex'),
  DMITRY_MASTER_KEY: randomBytes(32).toString('hex'),
  DMITRY_PSEUDONYM_KEY: randomBytes(32).toString('hex'),
  DMITRY_SIGNER_SEED: randomBytes(32).toString('hex'),
};

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What an app needs to start. @param {string} simulator its address @returns {Record<string, string>} */
const environmentOf = (simulator) => ({
  ...SECRETS,
  DATABASE_URL: process.env.DATABASE_URL ?? '',
  REDIS_URL: process.env.REDIS_URL ?? '',
  KAFKA_BROKERS: process.env.KAFKA_BROKERS ?? '',
  PLATFORM_URL: `${simulator}/platform`,
  PDRI_URL: `${simulator}/pdri`,
  AEGIS_URL: `${simulator}/aegis`,
  LLM_BASE_URL: 'offline',
  DMITRY_DEPLOYMENT: 'smoke.example',
  TENANT_TOPICS: `ocsf-events=${TENANT}`,
  KAFKA_CREATE_TOPICS: 'true',
  DMITRY_CHECKPOINT_DIR: DATA_FOLDER,
});

/** @param {Engine} engine @param {string} root @param {Image} image @param {Report} report */
function checkImage(engine, root, { target }, report) {
  const { user, stopSignal, env, healthcheck, bytes } = describeImage(engine, tagOf(root, target));
  const megabytes = Math.round(bytes / 1e6);
  report.check(
    `${target}: the image takes at most ${SIZE_BUDGET_MB} MB`,
    megabytes <= SIZE_BUDGET_MB,
    `${megabytes} MB`,
  );
  report.check(`${target}: its user is a number and not root`, /^[1-9]\d*(:[1-9]\d*)?$/.test(user), user);
  report.check(`${target}: it is stopped by SIGTERM`, stopSignal === 'SIGTERM', stopSignal);
  report.check(`${target}: it runs as production`, env.includes('NODE_ENV=production'));
  report.check(`${target}: it says how its health is checked`, healthcheck.length > 0);
  return healthcheck;
}

/** @param {Engine} engine @param {string} root @param {Image} image @param {Record<string, string>} env @returns {Promise<Running>} */
async function start(engine, root, image, env) {
  const port = await freePort();
  const options = image.target === 'orchestrator' ? { volume: DATA_FOLDER } : {};
  const container = startContainer(
    engine,
    tagOf(root, image.target),
    { ...env, [image.portVariable]: String(port) },
    options,
  );
  return { image, container, url: `http://127.0.0.1:${port}` };
}

const WITHIN = `
  const fs = require('node:fs');
  const code = (path) => { try { fs.writeFileSync(path, ''); return 'written'; } catch (error) { return error.code; } };
  const status = fs.readFileSync('/proc/self/status', 'utf8');
  const field = (name) => new RegExp('^' + name + ':\\\\s+(\\\\S+)', 'm').exec(status)?.[1];
  console.log([process.getuid(), code('/x'), code('/app/x'), code(require('node:os').tmpdir() + '/x'), field('CapEff'), field('NoNewPrivs')].join(' '));
`;

/** @param {Running} running @param {readonly string[]} healthcheck @param {Report} report */
async function checkRunning({ image, container, url }, healthcheck, report) {
  const { target } = image;
  report.check(`${target}: it starts`, container.started, container.fault);
  const live = await statusOf(`${url}${image.live}`, START_MS);
  report.check(`${target}: ${image.live} answers 200 from outside`, live === 200, String(live));
  const ready = await statusOf(`${url}${image.ready}`, START_MS);
  report.check(`${target}: ${image.ready} answers 200 from outside`, ready === 200, String(ready));
  if (ready !== 200) report.say(container.logs().slice(-2_000));
  const [uid, ...within] = container.exec(['/usr/local/bin/node', '-e', WITHIN]).out.split(' ');
  report.check(`${target}: its process is not root`, Number(uid) > 0, `uid ${uid}`);
  const files = within.slice(0, 3);
  // without /tmp in the image there is nothing to write to there either
  const refused = files.every((code) => code === 'EROFS' || code === 'ENOENT');
  report.check(`${target}: it cannot write to its root`, refused, files.join(' '));
  report.check(
    `${target}: no capability, no new privileges`,
    /^0+ 1$/.test(within.slice(3).join(' ')),
    within.slice(3).join(' '),
  );
  report.check(`${target}: the health check passes`, container.exec(healthcheck).ok);
  const elsewhere = [...healthcheck.slice(0, -1), '/no-such-path'];
  report.check(`${target}: the health check looks at the status`, !container.exec(elsewhere).ok);
}

const ADVICE = {
  finding_id: 'smoke',
  tenant_id: TENANT,
  entity: { type: 'datastore', id: 'datastore:customers' },
  severity: 'high',
  risk_score: 75,
  exposure_paths: [],
  evidence_refs: [],
};

/** A request is in flight while SIGTERM arrives: it gets its answer, nobody else does, and the process ends with 0. @param {Running} gateway @param {Report} report */
async function checkDrain({ container, url }, report) {
  const token = tokenOf(SECRETS.JWT_SECRET, { sub: 'smoke', tenant_id: TENANT, roles: ['analyst'] });
  const before = await (await beginRequest(`${url}/advise`, token, ADVICE))();
  report.check('gateway: a request for advice is answered', before === 200, String(before));
  const finish = await beginRequest(`${url}/advise`, token, ADVICE);
  await sleep(500);
  container.terminate();
  await sleep(1_000);
  const late = await statusOf(`${url}/live`);
  report.check('gateway: once told to stop it takes no new connection', late === 0 || late === 503, String(late));
  const answered = await finish();
  report.check('gateway: the request in flight is answered', answered === 200, String(answered));
}

/** @param {Running} running @param {Report} report */
function checkEnd({ image: { target }, container }, report) {
  container.terminate();
  const begunMs = Date.now();
  const code = container.exitCode();
  report.check(`${target}: it ends with 0 after SIGTERM`, code === 0, `${code} after ${Date.now() - begunMs} ms`);
}

/** @param {Engine} engine @param {string} root @param {Report} report */
function checkRefusal(engine, root, report) {
  const container = startContainer(engine, tagOf(root, 'gateway'), {});
  try {
    const code = container.exitCode();
    const says = container.logs();
    report.check('gateway: without configuration it ends with a fault', code > 0, String(code));
    const named = ['config.invalid', 'DATABASE_URL', 'KAFKA_BROKERS', 'PLATFORM_URL', 'DMITRY_MASTER_KEY'];
    report.check(
      'gateway: and names every variable that it lacks',
      named.every((name) => says.includes(name)),
    );
  } finally {
    container.remove();
  }
}

/** @param {Engine} engine @param {string} root @param {Report} report */
export async function smoke(engine, root, report) {
  const healthchecks = IMAGES.map((image) => checkImage(engine, root, image, report));
  checkRefusal(engine, root, report);
  /** @type {Running[]} */
  const running = [];
  try {
    let env = { SIMULATOR_HOST: '127.0.0.1' };
    for (const [index, image] of IMAGES.entries()) {
      running.push(await start(engine, root, image, env));
      if (index === 0) env = environmentOf(running[0].url);
      await checkRunning(running[index], healthchecks[index], report);
    }
    const [simulator, gateway, orchestrator] = running;
    await checkDrain(gateway, report);
    const kept = `readdirSync('${DATA_FOLDER}').some((name) => name.endsWith('.checkpoint'))`;
    const script = `process.exit(require('node:fs').${kept} ? 0 : 1)`;
    report.check(
      'orchestrator: it keeps checkpoints on the volume',
      orchestrator.container.exec(['/usr/local/bin/node', '-e', script]).ok,
    );
    for (const each of [gateway, orchestrator, simulator]) checkEnd(each, report);
  } finally {
    for (const { container } of running) container.remove();
  }
}
