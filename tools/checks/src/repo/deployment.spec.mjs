import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { appOf, environmentFaults, imageFaults, imageVariables } from '../app-environment.mjs';
import { readText } from '../workspace.mjs';
import { composeFaults, givenTo as givenByCompose, interpolated } from './compose.mjs';
import { givenTo, manifestFaults } from './manifests.mjs';

const definitions = [{ name: 'x', schema: { properties: { PORT: {}, KEY: {} } }, sensitive: ['KEY'] }];

describe('what an app is given', () => {
  const faults = (given, ofImage = []) => environmentFaults('x', given, definitions, ofImage);
  const value = (text) => ({ value: text, secret: false });
  const secret = { value: '', secret: true };

  it('is just what it reads, and a secret comes from a secret', () => {
    expect(faults({ PORT: value('1'), KEY: secret, NODE_ENV: value('production') })).toEqual([]);
    expect(faults({ KEY: secret }, ['PORT'])).toEqual([]);
  });

  it.each([
    ['a variable that is not set', { KEY: secret }, 'x does not set PORT'],
    [
      'one that nothing reads',
      { PORT: value('1'), KEY: secret, OLD: value('1') },
      'x sets OLD, which it does not read',
    ],
    [
      'the switch of the crash suites',
      { PORT: value('1'), KEY: secret, DMITRY_KILL_POINT: value('a:1') },
      'x sets DMITRY_KILL_POINT, which it does not read',
    ],
    ['a secret in the open', { PORT: value('1'), KEY: value('hunter2') }, 'x shows KEY, which is a secret'],
  ])('lacks nothing and has nothing more: %s', (_, given, fault) => {
    expect(faults(given)).toEqual([fault]);
  });

  it('counts what the image itself sets, of this target only', () => {
    const dockerfile = 'FROM scratch AS a\nENV A=1 B_C=${D}\nFROM scratch AS b\nENV E=1\n';
    expect(imageVariables(dockerfile, 'a')).toEqual(['A', 'B_C']);
    expect(imageVariables(dockerfile, 'none')).toEqual([]);
  });
});

describe('an image', () => {
  it.each(['dmitry/gateway', 'dmitry/gateway:latest', 'host:5000/x', `redis:latest@sha256:${'0'.repeat(64)}`])(
    'must name a version: %s',
    (image) => {
      expect(imageFaults('x', image)).toHaveLength(1);
    },
  );
  it.each(['dmitry/gateway:0.1.0', `redis:8@sha256:${'0'.repeat(64)}`])('may be %s', (image) => {
    expect(imageFaults('x', image)).toEqual([]);
  });
  it('is ours by its name', () => {
    expect([appOf('dmitry/gateway:1'), appOf('redis:8')]).toEqual(['gateway', null]);
  });
});

/** The shipped manifests with one thing changed. @param {(manifests: any) => void} change */
function changed(change) {
  const texts = ['service-accounts', 'config', 'gateway', 'network-policies'].map((name) =>
    readText(`deploy/kubernetes/${name}.yaml`),
  );
  const manifests = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS()));
  const workload = manifests.find(({ kind }) => kind === 'Deployment');
  const pod = workload.spec.template.spec;
  change({ manifests, workload, pod, container: pod.containers[0] });
  return manifestFaults(manifests);
}
const without =
  (kind) =>
  ({ manifests }) => {
    for (const each of manifests.filter((manifest) => manifest.kind === kind)) each.kind = 'Gone';
  };

describe('manifests', () => {
  it('hold as they are', () => {
    expect(changed(() => {})).toEqual([]);
  });

  it.each([
    [
      'a writable root',
      ({ container }) => delete container.securityContext.readOnlyRootFilesystem,
      'its root can be written',
    ],
    [
      'privileges to gain',
      ({ container }) => (container.securityContext.allowPrivilegeEscalation = true),
      'it may gain privileges',
    ],
    [
      'one capability',
      ({ container }) => (container.securityContext.capabilities = { drop: ['ALL'], add: ['NET_RAW'] }),
      'it keeps capabilities',
    ],
    ['no memory limit', ({ container }) => delete container.resources.limits.memory, 'no limits'],
    ['no requests', ({ container }) => delete container.resources.requests, 'no requests'],
    [
      'no readiness probe',
      ({ container }) => delete container.readinessProbe,
      'its readinessProbe does not ask /ready',
    ],
    [
      'a liveness probe that depends on stores',
      ({ container }) => (container.livenessProbe.httpGet.path = '/ready'),
      'its livenessProbe',
    ],
    ['the latest image', ({ container }) => (container.image = 'dmitry/gateway:latest'), 'names no version'],
    ['root as user', ({ pod }) => (pod.securityContext.runAsUser = 0), 'the user may be root'],
    ['no seccomp profile', ({ pod }) => delete pod.securityContext.seccompProfile, 'no seccomp profile'],
    ['a token', ({ pod }) => delete pod.automountServiceAccountToken, 'a token'],
    ['variables of services', ({ pod }) => delete pod.enableServiceLinks, 'enableServiceLinks'],
    ['the host’s network', ({ pod }) => (pod.hostNetwork = true), 'a namespace of the host'],
    ['a path of the host', ({ pod }) => (pod.volumes = [{ name: 'x', hostPath: { path: '/' } }]), 'a path of the host'],
    ['all replicas in one place', ({ pod }) => delete pod.topologySpreadConstraints, 'not spread'],
    ['too short a grace period', ({ pod }) => (pod.terminationGracePeriodSeconds = 25), 'killed before it had 25 s'],
    ['no disruption budget', without('PodDisruptionBudget'), 'no PodDisruptionBudget'],
    ['no network policy of its own', without('NetworkPolicy'), 'no NetworkPolicy'],
    ['no service', without('Service'), 'no Service'],
    [
      'a service account with a token',
      ({ manifests }) => (manifests[0].automountServiceAccountToken = true),
      'no ServiceAccount',
    ],
  ])('are refused with %s', (_, change, fault) => {
    expect(changed(change)).toEqual([expect.stringContaining(fault)]);
  });

  it('give a container what maps and secrets hold, its own variables last', () => {
    const container = {
      envFrom: [{ configMapRef: { name: 'm' } }],
      env: [
        { name: 'A', value: '2' },
        { name: 'S', valueFrom: { secretKeyRef: { name: 's', key: 'S' } } },
      ],
    };
    const map = { kind: 'ConfigMap', metadata: { name: 'm' }, data: { A: '1', B: '1' } };
    expect(givenTo(container, [map])).toEqual({
      A: { value: '2', secret: false },
      B: { value: '1', secret: false },
      S: { value: '', secret: true },
    });
  });
});

describe('compose', () => {
  const text = readText('docker/compose.yaml');
  const with_ = (change) => {
    const compose = parse(text, { merge: true });
    change(compose.services);
    return composeFaults(compose);
  };

  it('holds as it is', () => {
    expect(with_(() => {})).toEqual([]);
  });

  it.each([
    ['a writable root', ({ gateway }) => delete gateway.read_only, 'its root can be written'],
    ['capabilities', ({ gateway }) => delete gateway.cap_drop, 'it keeps capabilities'],
    ['new privileges', ({ gateway }) => delete gateway.security_opt, 'it may gain privileges'],
    ['no healthcheck', ({ gateway }) => delete gateway.healthcheck, 'no healthcheck'],
    ['no limits', ({ gateway }) => delete gateway.mem_limit, 'no limits'],
    ['a port for everyone', ({ gateway }) => (gateway.ports = ['8765:8765']), 'beyond this machine'],
    ['an image by tag alone', ({ redis }) => (redis.image = 'redis:8-alpine'), 'not pinned by digest'],
    ['privileges', ({ gateway }) => (gateway.privileged = true), 'privileged'],
    [
      'a start before its database is healthy',
      ({ gateway }) => (gateway.depends_on = { ...gateway.depends_on, postgres: { condition: 'service_started' } }),
      'does not wait until postgres service_healthy',
    ],
  ])('is refused with %s', (_, change, fault) => {
    expect(with_(change)).toEqual([expect.stringContaining(fault)]);
  });

  it('takes for a secret what comes from the environment, and knows what it takes', () => {
    expect(givenByCompose({ environment: { A: '${A:?say}', B: 1 } })).toEqual({
      A: { value: '${A:?say}', secret: true },
      B: { value: '1', secret: false },
    });
    expect(interpolated('${B_1:-x} ${A} $${NOT} ${A}')).toEqual(['A', 'B_1']);
  });
});
