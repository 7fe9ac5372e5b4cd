import { classOf, contentId, metadataOf, present, presentOrNone } from '../event-parts.ts';
import type { FormatAdapter, MappedEvent, NormaliseContext } from '../format.port.ts';
import { invalid } from '../record-checks.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { apiClassOf } from './cloudtrail-class.ts';
import { cloudtrailEntities } from './cloudtrail-entities.ts';
import { actorOf, apiOf, endpointOf, resourcesOf, tlsOf } from './cloudtrail-parts.ts';

/** AWS CloudTrail records to API Activity (6003), Authentication (3002) or Account Change (3001). */
export const cloudtrailFormat: FormatAdapter = {
  name: 'cloudtrail',
  recognises: (source) =>
    typeof source.peek('eventSource') === 'string' &&
    typeof source.peek('eventName') === 'string' &&
    source.peek('eventTime') !== undefined,
  map(source, context) {
    const timeMs = source.time('eventTime');
    const faults = [
      ...invalid(source.peekText('eventSource') !== undefined, '/eventSource', 'a text is needed'),
      ...invalid(source.peekText('eventName') !== undefined, '/eventName', 'a text is needed'),
      ...invalid(timeMs !== undefined, '/eventTime', 'an ISO 8601 time is needed'),
    ];
    return timeMs === undefined || faults.length > 0 ? { faults } : mapped(source, context, timeMs);
  },
};

function mapped(source: TrackedRecord, context: NormaliseContext, timeMs: number): MappedEvent {
  const service = source.text('eventSource') ?? '';
  const operation = source.text('eventName') ?? '';
  const region = source.text('awsRegion');
  const account = source.text('recipientAccountId');
  const owner = account ?? source.peekText('userIdentity', 'accountId') ?? 'unknown';
  const id = source.text('eventID')?.slice(0, 512) ?? contentId(source.root);
  const entities = cloudtrailEntities(source, { account: owner, region: region ?? '', service });
  const kind = apiClassOf(service, operation, source.flag('readOnly'));
  const event = present({
    ...classOf(kind.classUid, kind.activityId),
    activity_name: kind.activityName,
    time: timeMs,
    severity_id: 1,
    ...statusOf(source),
    metadata: {
      ...metadataOf(context, id, { name: 'CloudTrail', vendor_name: 'AWS' }),
      event_code: operation,
      log_provider: service,
      ...logOf(source),
    },
    cloud: present({ provider: 'AWS', region, account: account ? { uid: account } : undefined }),
    src_endpoint: endpointOf(source),
    ...bodyOf(source, kind.classUid),
    api: apiOf(source, operation, service),
    actor: actorOf(source),
    http_request: presentOrNone({ user_agent: source.text('userAgent') }),
    tls: tlsOf(source),
    resources: resourcesOf(source),
  });
  return {
    event: event as MappedEvent['event'],
    identity: { source: context.source ?? `aws.cloudtrail/${owner}`, id, timeMs },
    entities,
  };
}

const logOf = (source: TrackedRecord) =>
  present({
    log_name: source.text('eventCategory'),
    log_version: source.text('eventVersion'),
    correlation_uid: source.text('sharedEventID'),
  });

/** A console login tells its outcome in the response; other calls by the presence of an error code. */
function statusOf(source: TrackedRecord) {
  const error = source.peekText('errorCode');
  const failed = error !== undefined || source.peek('responseElements', 'ConsoleLogin') === 'Failure';
  return { status_id: failed ? 2 : 1, status_code: error, status_detail: source.peekText('errorMessage') };
}

/** What Authentication and Account Change demand beyond API Activity: the user it is about. */
function bodyOf(source: TrackedRecord, classUid: number) {
  if (classUid === 6003) return {};
  const named = source.peekText('requestParameters', 'userName') ?? source.peekText('requestParameters', 'roleArn');
  const self = source.peekText('userIdentity', 'userName') ?? source.peekText('userIdentity', 'arn');
  const mfa = source.peekText('additionalEventData', 'MFAUsed');
  return present({
    user: { name: named ?? self ?? 'unknown' },
    is_mfa: classUid === 3002 && mfa ? mfa === 'Yes' : undefined,
  });
}
