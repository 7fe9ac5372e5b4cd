import {
  type Approval,
  canonicalBytes,
  type CloudEvent,
  type Decision,
  type Incident,
  OCSF_VERSION,
  ocsfSeverityId,
  type OcsfDetectionFinding,
  type Run,
  type Topic,
  TOPICS,
} from '@dmitry/contracts';
import { currentRequest, isoTime } from '@dmitry/kit';
import type { OutgoingRecord } from '@dmitry/messaging';
import type { StoredFinding } from './finding-store.port.ts';

interface Envelope {
  readonly topic: Topic;
  readonly tenant: string;
  /** What it is about; also the key, so that one subject's records stay in order. */
  readonly subject: string;
  /** Distinguishes records of one subject: the same change published twice has the same id (CloudEvents 1.0, 3.1.1). */
  readonly version: string | number;
  readonly timeMs: number;
  readonly data: unknown;
}

/** A record for the outbox: a CloudEvents 1.0 envelope in its JSON form. */
function envelope({ topic, tenant, subject, version, timeMs, data }: Envelope): OutgoingRecord {
  const traceparent = currentRequest()?.traceparent;
  const event: CloudEvent = {
    specversion: '1.0',
    id: `${subject}/${version}`,
    source: '/dmitry',
    type: topic,
    time: isoTime(timeMs),
    subject,
    datacontenttype: 'application/json',
    tenantid: tenant,
    ...(traceparent ? { traceparent } : {}),
    data,
  };
  return {
    topic,
    key: `${tenant}/${subject}`,
    value: canonicalBytes(event),
    headers: { 'content-type': 'application/cloudevents+json', ...(traceparent ? { traceparent } : {}) },
  };
}

/** Activity of OCSF: 1 Create, 2 Update, 3 Close. */
function activityOf(finding: StoredFinding): 1 | 2 | 3 {
  if (finding.status === 'resolved' || finding.status === 'false_positive') return 3;
  return finding.revision === 1 ? 1 : 2;
}

/** A finding in OCSF's words: class 2004, Detection Finding. */
export function detectionFinding(finding: StoredFinding): OcsfDetectionFinding {
  const activity = activityOf(finding);
  return {
    class_uid: 2004,
    category_uid: 2,
    activity_id: activity,
    type_uid: 200_400 + activity,
    time: Date.parse(finding.last_seen),
    severity_id: ocsfSeverityId(finding.severity),
    ...(finding.score
      ? { risk_score: finding.score.score, confidence_score: Math.round(finding.score.confidence * 100) }
      : {}),
    metadata: {
      version: OCSF_VERSION,
      uid: `${finding.id}/${finding.revision}`,
      product: { name: 'Dmitry', vendor_name: 'Dmitry' },
      tenant_uid: finding.tenant_id,
    },
    finding_info: {
      uid: finding.id,
      title: finding.title,
      desc: finding.description,
      first_seen_time: Date.parse(finding.first_seen),
      last_seen_time: Date.parse(finding.last_seen),
      analytic: { uid: finding.rule.id, name: finding.rule.title, type_id: 1 },
      attacks: finding.techniques.map((uid) => ({ technique: { uid } })),
      related_events_count: finding.count,
    },
    resources: finding.entities.map(({ type, id }) => ({ uid: id, type })),
    status: finding.status,
  };
}

export const findingRevised = (finding: StoredFinding): OutgoingRecord =>
  envelope({
    topic: TOPICS.findingRevised,
    tenant: finding.tenant_id,
    subject: finding.id,
    version: `${finding.revision}.${finding.scoredRevision}`,
    timeMs: Date.parse(finding.last_seen),
    data: detectionFinding(finding),
  });

export const incidentRevised = (incident: Incident): OutgoingRecord =>
  envelope({
    topic: TOPICS.incidentRevised,
    tenant: incident.tenant_id,
    subject: incident.id,
    version: incident.revision,
    timeMs: Date.parse(incident.last_seen),
    data: incident,
  });

export const actionDecided = (decision: Decision): OutgoingRecord =>
  envelope({
    topic: TOPICS.actionDecided,
    tenant: decision.tenant_id,
    subject: decision.action_digest,
    version: decision.id ?? decision.decided_at,
    timeMs: Date.parse(decision.decided_at),
    data: decision,
  });

/** Who is to approve sees the whole action; the nonce that a vote must name is read where the vote is cast. */
export const approvalRequested = ({ nonce: _nonce, ...approval }: Approval): OutgoingRecord =>
  envelope({
    topic: TOPICS.approvalRequested,
    tenant: approval.tenant_id,
    subject: approval.id,
    version: 1,
    timeMs: Date.parse(approval.requested_at),
    data: approval,
  });

export const runFinished = (run: Run): OutgoingRecord =>
  envelope({
    topic: TOPICS.runFinished,
    tenant: run.tenant_id,
    subject: run.id,
    version: run.status,
    timeMs: Date.parse(run.updated_at),
    data: run,
  });
