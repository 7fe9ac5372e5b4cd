import { classOf, contentId, EntityList, metadataOf, present, presentOrNone, severityIdOf } from '../event-parts.ts';
import type { EventEntity, FormatAdapter, MappedEvent, NormaliseContext, Mapping } from '../format.port.ts';
import { isIpAddress } from '../ip-address.ts';
import { invalid } from '../record-checks.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { assessmentOf, detectionOf } from './wazuh-alert.ts';
import { vulnerabilityOf, type VulnerabilityShape, vulnerabilityShape } from './wazuh-vulnerability.ts';

const isAlert = (source: TrackedRecord): boolean =>
  typeof source.peek('rule', 'level') === 'number' && source.object('agent') !== undefined;

/** Wazuh's alerts to Detection (2004), Compliance (2003) or Vulnerability Finding (2002), and its lists of vulnerabilities to the last. */
export const wazuhFormat: FormatAdapter = {
  name: 'wazuh',
  recognises: (source) => isAlert(source) || vulnerabilityShape(source) !== undefined,
  map(source, context) {
    const shape = vulnerabilityShape(source);
    if (shape && !isAlert(source)) return mapState(source, context, shape);
    return mapAlert(source, context, shape);
  },
};

function mapAlert(source: TrackedRecord, context: NormaliseContext, shape: VulnerabilityShape | undefined): Mapping {
  const timeMs = source.time('timestamp');
  const level = source.peek('rule', 'level'); // finer than a severity, so it stays unmapped too
  const faults = [
    ...invalid(timeMs !== undefined, '/timestamp', 'an ISO 8601 time is needed'),
    ...invalid(typeof level === 'number', '/rule/level', 'a number is needed'),
  ];
  if (timeMs === undefined || typeof level !== 'number') return { faults };
  const id = source.text('id')?.slice(-512) ?? contentId(source.root);
  const body = shape
    ? { classUid: 2002, vulnerabilities: [vulnerabilityOf(source, shape)] }
    : (assessmentOf(source) ?? { classUid: 2004 });
  const { classUid, ...rest } = body;
  const event = present({
    ...classOf(classUid, 1),
    ...commonOf(source, context, { id, timeMs }),
    severity_id: levelSeverity(level),
    ...detectionOf(source, id),
    ...rest,
  });
  return {
    event: event as MappedEvent['event'],
    identity: { source: sourceOf(source, context), id, timeMs },
    entities: entitiesOf(source),
  };
}

/** A vulnerability as the indexer's state (4.8 and later) or the server's API (before) lists it: what is, not what happened. */
function mapState(source: TrackedRecord, context: NormaliseContext, shape: VulnerabilityShape): Mapping {
  const timeMs = source.time(...shape.detected) ?? context.receivedMs;
  if (timeMs === undefined)
    return { faults: invalid(false, `/${shape.detected.join('/')}`, 'an ISO 8601 time is needed') };
  const id = contentId(source.root);
  const uid = source.text(...shape.id) ?? '';
  const event = present({
    ...classOf(2002, 1),
    ...commonOf(source, context, { id, timeMs }),
    severity_id: severityIdOf(source.text(...shape.severity)),
    status_id: 1,
    finding_info: present({
      uid: id,
      title:
        (shape.title && source.text(...shape.title)) ?? `${uid} affects ${source.text(...shape.name) ?? 'a package'}`,
      first_seen_time: timeMs,
    }),
    vulnerabilities: [vulnerabilityOf(source, shape)],
  });
  return {
    event: event as MappedEvent['event'],
    identity: { source: sourceOf(source, context), id, timeMs },
    entities: entitiesOf(source),
  };
}

const managerOf = (source: TrackedRecord) => source.text('manager', 'name') ?? source.text('wazuh', 'cluster', 'name');

const sourceOf = (source: TrackedRecord, context: NormaliseContext): string =>
  context.source ?? `wazuh/${managerOf(source) ?? 'manager'}`;

function commonOf(source: TrackedRecord, context: NormaliseContext, { id, timeMs }: { id: string; timeMs: number }) {
  const manager = managerOf(source);
  return {
    time: timeMs,
    metadata: present({
      ...metadataOf(context, id, { name: 'Wazuh', vendor_name: 'Wazuh' }),
      event_code: source.text('rule', 'id'),
      log_name: source.text('location'),
      log_provider: source.text('decoder', 'name'),
      loggers: manager ? [{ name: manager }] : undefined,
    }),
    device: deviceOf(source),
  };
}

/** The host that the agent watches. OCSF device type_id 0 Unknown: Wazuh does not say what it is. */
function deviceOf(source: TrackedRecord) {
  const known = presentOrNone({
    uid: source.text('agent', 'id'),
    hostname: source.text('agent', 'name'),
    ip: source.ip('agent', 'ip'),
    os: presentOrNone({
      name: source.text('host', 'os', 'name'),
      version: source.text('host', 'os', 'version'),
      type: source.text('host', 'os', 'type'),
      kernel_release: source.text('host', 'os', 'kernel'),
    }),
  });
  return known ? { type_id: 0, ...known } : undefined;
}

/** Wazuh's own bands of rule levels 0-16: low to 6, medium to 11, high to 14, critical from 15; 0 is a rule that only groups. */
const levelSeverity = (level: number): number =>
  level < 1 ? 1 : [7, 12, 15].filter((from) => level >= from).length + 2;

function entitiesOf(source: TrackedRecord): readonly EventEntity[] {
  const list = new EntityList();
  list.add('identity', source.peekText('data', 'srcuser'), 'actor');
  const address = source.peekText('data', 'srcip');
  if (address !== undefined && isIpAddress(address)) list.add('external', address, 'origin');
  list.add('identity', source.peekText('data', 'dstuser'), 'target');
  list.add('service', source.peekText('agent', 'name') ?? source.peekText('agent', 'id'), 'target');
  return list.list;
}
