// What each app reads from its environment, and whether a deployment gives it just that.
import { join } from 'node:path';
import { readText, root } from './workspace.mjs';

/**
 * @typedef {{name: string, schema: {properties: Record<string, object>}, sensitive: readonly string[]}} Definition
 * @typedef {Record<string, {value: string, secret: boolean}>} Given what a deployment sets: a secret's value is not known here
 */

/** Read by every app, though no definition of its own names it. */
const COMMON = new Set(['NODE_ENV']);
/** For suites that kill processes; refused in production. */
const NEVER_DEPLOYED = new Set(['DMITRY_KILL_POINT']);

/** Where each image's configuration is declared, once built. */
const DECLARED = {
  gateway: ['apps/gateway/dist/from-environment.js', 'DEFINITIONS'],
  orchestrator: ['apps/orchestrator/dist/from-environment.js', 'DEFINITIONS'],
  simulator: ['tools/platform-simulator/dist/simulator.config.js', 'simulatorConfig'],
};

/** @param {string} app @returns {Promise<Definition[] | null>} null for an image that is not ours */
export async function definitionsOf(app) {
  if (!(app in DECLARED)) return null;
  const [file, name] = DECLARED[/** @type {keyof typeof DECLARED} */ (app)];
  return [(await import(join(root, file)))[name]].flat();
}

/** `dmitry/gateway:0.1.0` → `gateway`; null for another's image. @param {string} image */
export const appOf = (image) => /^dmitry\/([a-z]+)[:@]/.exec(image)?.[1] ?? null;

/** Variables that an image itself sets. @param {string} dockerfile @param {string} target */
export function imageVariables(dockerfile, target) {
  const stages = dockerfile.split(/^FROM /m);
  const stage = stages.find((text) => text.split('\n', 1)[0].endsWith(` AS ${target}`)) ?? '';
  const lines = [...stage.matchAll(/^ENV (.+)$/gm)];
  return lines.flatMap(([, line]) => [...line.matchAll(/([A-Z][A-Z0-9_]*)=/g)].map(([, name]) => name));
}

/**
 * @param {string} where @param {Given} given @param {readonly Definition[]} definitions @param {readonly string[]} ofImage
 * @returns {string[]} faults: what is missing, unknown, or a secret in the open
 */
export function environmentFaults(where, given, definitions, ofImage) {
  const known = new Set(
    definitions.flatMap(({ schema }) => Object.keys(schema.properties)).filter((name) => !NEVER_DEPLOYED.has(name)),
  );
  const sensitive = new Set(definitions.flatMap((each) => each.sensitive));
  const isSet = (/** @type {string} */ name) => name in given || ofImage.includes(name);
  return [
    ...[...known].filter((name) => !isSet(name)).map((name) => `${where} does not set ${name}`),
    ...Object.keys(given)
      .filter((name) => !known.has(name) && !COMMON.has(name))
      .map((name) => `${where} sets ${name}, which it does not read`),
    ...Object.entries(given)
      .filter(([name, { value, secret }]) => sensitive.has(name) && !secret && value !== '')
      .map(([name]) => `${where} shows ${name}, which is a secret`),
  ];
}

/** Whether the app would take the values that are in the open. @param {string} where @param {Given} given @param {readonly Definition[]} definitions */
export async function valueFaults(where, given, definitions) {
  const { loadConfig } = await import(join(root, 'libs/kit/dist/config/index.js'));
  const open = Object.entries(given).filter(([, { secret }]) => !secret);
  try {
    loadConfig(definitions, Object.fromEntries(open.map(([name, { value }]) => [name, value])));
    return [];
  } catch (error) {
    if (error?.code !== 'config.invalid') throw error;
    return error.context.faults
      .filter(({ variable }) => given[variable] && !given[variable].secret)
      .map(({ variable, message }) => `${where}: ${variable} ${message}`);
  }
}

/** Every fault of what a deployment gives an app. @param {string} where @param {string} app @param {Given} given */
export async function appFaults(where, app, given) {
  const definitions = await definitionsOf(app);
  if (!definitions) return [`${where}: no app is called ${app}`];
  const ofImage = imageVariables(readText('docker/Dockerfile'), app);
  const values = await valueFaults(where, given, definitions);
  return [...environmentFaults(where, given, definitions, ofImage), ...values];
}

/** @param {string} where @param {string} image */
export const imageFaults = (where, image) =>
  /:[^:/@]+(@sha256:[0-9a-f]{64})?$/.test(image) && !/:latest(@|$)/.test(image)
    ? []
    : [`${where}: the image ${image} names no version`];
