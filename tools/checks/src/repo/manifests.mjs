// The Kubernetes manifests: restricted pods, and for each workload what keeps it up and what fences it in.
import { basename } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { appFaults, appOf, imageFaults } from '../app-environment.mjs';
import { files, readText } from '../workspace.mjs';

export const title = 'Kubernetes manifests are restricted and complete, and set what the apps read';

const FOLDER = 'deploy/kubernetes/';
const PROBES = { startupProbe: '/live', livenessProbe: '/live', readinessProbe: '/ready' };

/** @typedef {any} Manifest parsed YAML */

/** @param {[holds: unknown, fault: string][]} rules */
const broken = (rules) => rules.filter(([holds]) => !holds).map(([, fault]) => fault);

/** @param {Manifest} template of pods */
function podFaults({ spec }) {
  const security = spec.securityContext ?? {};
  return broken([
    [spec.automountServiceAccountToken === false, 'a token of the service account is mounted'],
    [spec.enableServiceLinks === false, 'services become variables (enableServiceLinks)'],
    [security.runAsNonRoot === true && security.runAsUser > 0, 'the user may be root'],
    [security.seccompProfile?.type === 'RuntimeDefault', 'no seccomp profile'],
    [spec.topologySpreadConstraints?.length > 0, 'replicas are not spread'],
    [!spec.hostNetwork && !spec.hostPID && !spec.hostIPC, 'it shares a namespace of the host'],
    ...(spec.volumes ?? []).map(
      ({ hostPath }) => /** @type {[unknown, string]} */ ([!hostPath, 'a path of the host is mounted']),
    ),
  ]);
}

/** @param {Manifest} container */
function containerFaults(container) {
  const { securityContext: security = {}, resources = {} } = container;
  return [
    ...broken([
      [security.readOnlyRootFilesystem === true, 'its root can be written'],
      [security.allowPrivilegeEscalation === false, 'it may gain privileges'],
      [JSON.stringify(security.capabilities) === '{"drop":["ALL"]}', 'it keeps capabilities'],
      [!security.privileged, 'it is privileged'],
      [resources.limits?.memory && resources.limits?.cpu, 'no limits of memory and cpu'],
      [resources.requests?.memory && resources.requests?.cpu, 'no requests of memory and cpu'],
    ]),
    ...Object.entries(PROBES)
      .filter(([probe, path]) => container[probe]?.httpGet?.path !== path)
      .map(([probe, path]) => `its ${probe} does not ask ${path}`),
  ];
}

/** @param {Manifest} container @param {Manifest[]} manifests @returns {import('../app-environment.mjs').Given} */
export function givenTo({ env = [], envFrom = [] }, manifests) {
  const maps = envFrom.map(({ configMapRef }) =>
    manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef?.name),
  );
  const open = maps
    .flatMap((map) => Object.entries(map?.data ?? {}))
    .map(([name, value]) => [name, { value, secret: false }]);
  const own = env.map(({ name, value = '', valueFrom }) => [name, { value, secret: Boolean(valueFrom?.secretKeyRef) }]);
  return Object.fromEntries([...open, ...own]);
}

/** A pod has until the grace period ends: for what precedes the signal, the drain and the closing. @param {Manifest} spec of a pod @param {import('../app-environment.mjs').Given} given */
function graceFaults(spec, given) {
  const seconds = spec.containers[0].lifecycle?.preStop?.sleep?.seconds ?? 0;
  // bootstrapHttp's own limits where no variable sets them: ten seconds for the drain, ten for closing
  const needed = seconds + Number(given.DRAIN_MS?.value ?? 10_000) / 1000 + 10;
  return spec.terminationGracePeriodSeconds > needed ? [] : [`it is killed before it had ${needed} s to stop`];
}

/** What must stand beside a workload. @param {Manifest} workload @param {Manifest[]} manifests */
function companionFaults({ spec: { template } }, manifests) {
  const labels = template.metadata.labels;
  const selects = (/** @type {Record<string, string> | undefined} */ wanted) =>
    wanted !== undefined && Object.entries(wanted).every(([name, value]) => labels[name] === value);
  const some = (/** @type {string} */ kind, /** @type {(each: Manifest) => boolean} */ holds) =>
    manifests.some((each) => each.kind === kind && holds(each));
  const named = (/** @type {Manifest} */ { metadata }) => metadata.name === template.spec.serviceAccountName;
  return broken([
    [some('Service', ({ spec }) => selects(spec.selector)), 'no Service selects it'],
    [
      some('PodDisruptionBudget', ({ spec }) => selects(spec.selector.matchLabels)),
      'no PodDisruptionBudget selects it',
    ],
    [
      some('NetworkPolicy', ({ spec }) => selects(spec.podSelector.matchLabels) && spec.policyTypes.length === 2),
      'no NetworkPolicy fences it in both ways',
    ],
    [
      some('ServiceAccount', (each) => named(each) && each.automountServiceAccountToken === false),
      'no ServiceAccount without a token',
    ],
  ]);
}

/** @param {Manifest[]} manifests @returns {string[]} faults of their form, not of what apps read */
export function manifestFaults(manifests) {
  const workloads = manifests.filter(({ spec }) => spec?.template);
  return workloads.flatMap((workload) => {
    const { template } = workload.spec;
    const where = `${workload.kind} ${workload.metadata.name}`;
    const ofContainers = template.spec.containers.flatMap((container) => [
      ...containerFaults(container).map((fault) => `${where}: ${container.name}: ${fault}`),
      ...imageFaults(where, container.image),
    ]);
    const ofPod = [...podFaults(template), ...companionFaults(workload, manifests)];
    const grace = graceFaults(template.spec, givenTo(template.spec.containers[0], manifests));
    return [...[...ofPod, ...grace].map((fault) => `${where}: ${fault}`), ...ofContainers];
  });
}

export async function check() {
  const paths = files().filter((path) => path.startsWith(FOLDER) && path.endsWith('.yaml'));
  const resources = paths
    .map((path) => basename(path))
    .filter((name) => name !== 'kustomization.yaml' && !name.includes('.example.'));
  const parsed = (/** @type {string} */ name) =>
    parseAllDocuments(readText(FOLDER + name)).map((document) => document.toJS());
  const [kustomization] = parsed('kustomization.yaml');
  const manifests = resources.flatMap(parsed);
  const containers = manifests.flatMap(({ spec, metadata }) =>
    (spec?.template?.spec.containers ?? []).map((container) => ({ container, where: `Deployment ${metadata.name}` })),
  );
  const environments = await Promise.all(
    containers.map(({ container, where }) =>
      appFaults(where, appOf(container.image) ?? container.image, givenTo(container, manifests)),
    ),
  );
  const [secret] = parsed('secret.example.yaml');
  const asked = containers.flatMap(({ container }) =>
    container.env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.key),
  );
  return [
    ...resources
      .filter((name) => !kustomization.resources.includes(name))
      .map((name) => `kustomization.yaml does not list ${name}`),
    ...manifestFaults(manifests),
    ...environments.flat(),
    ...[...new Set(asked)]
      .filter((key) => key && !(key in secret.stringData))
      .map((key) => `secret.example.yaml lacks ${key}`),
  ];
}
