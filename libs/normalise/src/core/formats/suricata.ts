import { classOf, contentId, EntityList, metadataOf, present, presentOrNone } from '../event-parts.ts';
import type { EventEntity, FormatAdapter, MappedEvent, NormaliseContext } from '../format.port.ts';
import { isIpAddress } from '../ip-address.ts';
import { invalid } from '../record-checks.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { alertOf } from './suricata-alert.ts';
import { connectionOf, endpointOf, protocolOf } from './suricata-parts.ts';
import { type ActivityClass, activityOf, isEventType } from './suricata-class.ts';

/** Suricata's EVE records: alerts to Detection Finding (2004), traffic to the class of its protocol, counters to Base Event (0). */
export const suricataFormat: FormatAdapter = {
  name: 'suricata',
  recognises: (source) =>
    typeof source.peek('timestamp') === 'string' &&
    isEventType(source.peek('event_type')) &&
    (typeof source.peek('proto') === 'string' || source.object('stats') !== undefined),
  map(source, context) {
    const timeMs = source.time('timestamp');
    const type = source.text('event_type') ?? '';
    const faults = [
      ...invalid(timeMs !== undefined, '/timestamp', 'an ISO 8601 time is needed'),
      ...invalid(type !== '', '/event_type', 'a text is needed'),
    ];
    return timeMs === undefined || faults.length > 0 ? { faults } : mapped(source, context, { timeMs, type });
  },
};

function mapped(
  source: TrackedRecord,
  context: NormaliseContext,
  { timeMs, type }: { timeMs: number; type: string },
): MappedEvent {
  const id = contentId(source.root); // EVE has none; its time has microseconds and its flow an id
  const sensor = source.text('host');
  const kind: ActivityClass = type === 'alert' ? { classUid: 2004, activityId: 1 } : activityOf(source, type);
  const event = present({
    ...classOf(kind.classUid, kind.activityId),
    activity_name: kind.activityName,
    time: timeMs,
    severity_id: 1,
    metadata: present({
      ...metadataOf(context, id, { name: 'Suricata', vendor_name: 'OISF' }),
      event_code: type,
      loggers: sensor ? [{ name: sensor }] : undefined,
    }),
    ...(type === 'alert' ? alertOf(source, id) : trafficOf(source, type)),
  });
  return {
    event: event as MappedEvent['event'],
    identity: { source: context.source ?? `suricata/${sensor ?? 'sensor'}`, id, timeMs },
    entities: entitiesOf(source),
  };
}

function trafficOf(source: TrackedRecord, type: string) {
  return {
    src_endpoint: endpointOf(source, 'src'),
    dst_endpoint: endpointOf(source, 'dest'),
    connection_info: connectionOf(source),
    app_name: source.text('app_proto'),
    traffic: presentOrNone({
      packets_out: source.number('flow', 'pkts_toserver') ?? source.number('netflow', 'pkts'),
      packets_in: source.number('flow', 'pkts_toclient'),
      bytes_out: source.number('flow', 'bytes_toserver') ?? source.number('netflow', 'bytes'),
      bytes_in: source.number('flow', 'bytes_toclient'),
    }),
    start_time: source.time('flow', 'start') ?? source.time('netflow', 'start'),
    end_time: source.time('flow', 'end') ?? source.time('netflow', 'end'),
    ...protocolOf(source, type),
  };
}

/** Who attacked whom where the rule says so (its `target` keyword), else the two ends of the packet. */
function entitiesOf(source: TrackedRecord): readonly EventEntity[] {
  const list = new EntityList();
  const address = (...paths: readonly (readonly string[])[]) =>
    paths
      .map((path) => source.peek(...path))
      .find((value): value is string => typeof value === 'string' && isIpAddress(value));
  list.add('external', address(['alert', 'source', 'ip'], ['src_ip']), 'origin');
  list.add('service', address(['alert', 'target', 'ip'], ['dest_ip']), 'target');
  return list.list;
}
