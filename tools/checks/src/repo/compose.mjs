// docker/compose.yaml: restricted containers, healthy before they are depended on, and what the apps read is set.
import { parse } from 'yaml';
import { appFaults, appOf, imageFaults } from '../app-environment.mjs';
import { readText } from '../workspace.mjs';

export const title = 'compose is restricted, waits for health, pins images, and sets what the apps read';

const FILE = 'docker/compose.yaml';
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** @typedef {any} Service parsed YAML */

/** Images that write to their root when they start. */
const WRITES_ITS_ROOT = new Set(['kafka']);

/** @param {Record<string, Service>} services @param {string} name */
function serviceFaults(services, name) {
  const { image, cap_drop: dropped, security_opt: options, depends_on: needs = {}, ...service } = services[name];
  const own = appOf(image) !== null;
  const holds = [
    [service.read_only === true || WRITES_ITS_ROOT.has(name), 'its root can be written'],
    [JSON.stringify(dropped) === '["ALL"]', 'it keeps capabilities'],
    [options?.includes('no-new-privileges:true'), 'it may gain privileges'],
    [service.healthcheck, 'no healthcheck'],
    [service.mem_limit && service.pids_limit, 'no limits of memory and processes'],
    [own || DIGEST.test(image), 'its image is not pinned by digest'],
    [!service.privileged && !service.network_mode, 'it is privileged or shares a network'],
    [!(service.ports ?? []).some((port) => !String(port).startsWith('127.0.0.1:')), 'it listens beyond this machine'],
  ];
  return [
    ...holds.filter(([held]) => !held).map(([, fault]) => `${FILE}: ${name}: ${fault}`),
    ...imageFaults(`${FILE}: ${name}`, image),
    ...Object.entries(needs)
      .filter(([, { condition }]) => condition !== 'service_healthy')
      .map(([need]) => `${FILE}: ${name} does not wait until ${need} service_healthy`),
  ];
}

/** @param {{services: Record<string, Service>}} compose @returns {string[]} faults of its form */
export const composeFaults = ({ services }) => Object.keys(services).flatMap((name) => serviceFaults(services, name));

/** Variables that the file takes from the environment. @param {string} text */
export const interpolated = (text) =>
  [...new Set([...text.matchAll(/(?<!\$)\$\{([A-Z][A-Z0-9_]*)/g)].map(([, name]) => name))].sort();

/** @param {Service} service @returns {import('../app-environment.mjs').Given} */
export const givenTo = ({ environment }) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      { value: String(value), secret: String(value).includes('${') },
    ]),
  );

export async function check() {
  const text = readText(FILE);
  const compose = parse(text, { merge: true });
  const apps = Object.entries(compose.services).filter(([, { image }]) => appOf(image));
  const environments = await Promise.all(
    apps.map(([name, service]) => appFaults(`${FILE}: ${name}`, appOf(service.image) ?? '', givenTo(service))),
  );
  const offered = [...readText('docker/.env.example').matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);
  return [
    ...composeFaults(compose),
    ...environments.flat(),
    ...interpolated(text)
      .filter((name) => !offered.includes(name))
      .map((name) => `docker/.env.example lacks ${name}`),
    ...offered
      .filter((name) => !interpolated(text).includes(name))
      .map((name) => `docker/.env.example names ${name}, which nothing takes`),
  ];
}
