import { present, presentOrNone } from '../event-parts.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import type { Path, Spelling } from './guardduty-names.ts';

const action = (name: Spelling, ...path: Path): Path => name('service', 'action', ...path);

/** Kinds of action whose other side stands in `remoteIpDetails`. */
const REMOTE = ['awsApiCallAction', 'networkConnectionAction', 'kubernetesApiCallAction', 'rdsLoginAttemptAction'];

/** Paths of every other side of the action. */
export function remotesOf(source: TrackedRecord, name: Spelling): readonly Path[] {
  const probes = source.peek(...action(name, 'portProbeAction', 'portProbeDetails'));
  return [
    ...REMOTE.map((kind) => action(name, kind, 'remoteIpDetails')),
    ...(Array.isArray(probes)
      ? [...probes.keys()].map((at) => action(name, 'portProbeAction', 'portProbeDetails', at, 'remoteIpDetails'))
      : []),
  ].filter((path) => source.object(...path));
}

/** What happened, as OCSF evidence: the call, the connection, the look-up or the probes. */
export function guarddutyEvidences(source: TrackedRecord, name: Spelling) {
  const found = [apiCall(source, name), connection(source, name), lookUp(source, name), ...probes(source, name)];
  const [first, ...others] = found.filter((one) => one !== undefined);
  const actor = actorOf(source, name);
  if (actor) return [{ ...first, actor }, ...others];
  return first && [first, ...others];
}

/** The principal whose key was used, or the user of the cluster. */
function actorOf(source: TrackedRecord, name: Spelling) {
  const key = (member: string) => source.text(...name('resource', 'accessKeyDetails', member));
  const user = presentOrNone({
    name: key('userName') ?? source.text(...name('resource', 'kubernetesDetails', 'kubernetesUserDetails', 'username')),
    type: key('userType'),
    uid: key('principalId'),
    credential_uid: key('accessKeyId'),
  });
  return user && { user };
}

function endpointAt(source: TrackedRecord, name: Spelling, { ip, port }: { ip: Path; port?: Path }) {
  const organisation = (member: string) => [...ip, ...name('organization', member)];
  const asn = source.peekText(...organisation('asn'));
  const numbered = asn !== undefined && /^\d{1,10}$/.test(asn) && source.text(...organisation('asn'));
  return presentOrNone({
    ip: source.ip(...ip, ...name('ipAddressV4')) ?? source.ip(...ip, ...name('ipAddressV6')),
    port: port ? source.number(...port, ...name('port')) : undefined,
    autonomous_system: numbered
      ? present({ number: Number(numbered), name: source.text(...organisation('asnOrg')) })
      : undefined,
  });
}

function apiCall(source: TrackedRecord, name: Spelling) {
  const at = (...path: Path) => action(name, 'awsApiCallAction', ...path);
  const service = source.text(...at('serviceName'));
  const error = source.text(...at('errorCode'));
  const api = presentOrNone({
    operation: source.text(...at('api')),
    service: service ? { name: service } : undefined,
    response: error ? { error } : undefined,
  });
  const remote = endpointAt(source, name, { ip: at('remoteIpDetails') });
  return api ? present({ api, src_endpoint: remote }) : otherCaller(source, name);
}

/** Calls of Kubernetes and log-ins of databases. */
function otherCaller(source: TrackedRecord, name: Spelling) {
  const at = (...path: Path) => action(name, 'kubernetesApiCallAction', ...path);
  const verb = source.text(...at('verb'));
  const uri = source.text(...at('requestUri'));
  const login = action(name, 'rdsLoginAttemptAction', 'remoteIpDetails');
  return presentOrNone({
    api: verb ? { operation: verb } : undefined,
    url: uri ? { path: uri } : undefined,
    src_endpoint: endpointAt(source, name, { ip: at('remoteIpDetails') }) ?? endpointAt(source, name, { ip: login }),
  });
}

/** OCSF direction_id of a connection: 1 Inbound, 2 Outbound, 0 Unknown. */
function connection(source: TrackedRecord, name: Spelling) {
  const at = (...path: Path) => action(name, 'networkConnectionAction', ...path);
  const direction = source.text(...at('connectionDirection'));
  const remote = endpointAt(source, name, { ip: at('remoteIpDetails'), port: at('remotePortDetails') });
  const local = endpointAt(source, name, { ip: at('localIpDetails'), port: at('localPortDetails') });
  const outbound = direction === 'OUTBOUND';
  const protocol = source.text(...at('protocol'));
  if (!remote && !local && !protocol) return undefined;
  return present({
    src_endpoint: outbound ? local : remote,
    dst_endpoint: outbound ? remote : local,
    connection_info: present({
      direction_id: outbound ? 2 : direction === 'INBOUND' ? 1 : 0,
      direction,
      protocol_name: protocol?.toLowerCase(),
    }),
  });
}

function lookUp(source: TrackedRecord, name: Spelling) {
  const domain = source.text(...action(name, 'dnsRequestAction', 'domain'));
  return domain ? { query: { hostname: domain } } : undefined;
}

function probes(source: TrackedRecord, name: Spelling): readonly object[] {
  const path = action(name, 'portProbeAction', 'portProbeDetails');
  const found = source.each(path, (...at) =>
    present({
      src_endpoint: endpointAt(source, name, { ip: [...at, ...name('remoteIpDetails')] }),
      dst_endpoint: endpointAt(source, name, {
        ip: [...at, ...name('localIpDetails')],
        port: [...at, ...name('localPortDetails')],
      }),
    }),
  );
  return found ?? [];
}
