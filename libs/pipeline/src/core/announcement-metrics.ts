import {
  ACTION_TYPES,
  type CloudEvent,
  type Decision,
  type Incident,
  type Run,
  severityOf,
  TOPICS,
} from '@dmitry/contracts';
import type { OutgoingRecord } from '@dmitry/messaging';
import type { Metrics } from '@dmitry/telemetry';
import type { detectionFinding } from './publish.ts';

type Told<T> = Omit<CloudEvent, 'data'> & { readonly data: T };
type Count = (record: OutgoingRecord) => void;

/** OCSF `activity_id`: 1 Create, 2 Update, 3 Close. */
const ACTIVITIES: Readonly<Record<number, string>> = { 1: 'new', 2: 'revised', 3: 'closed' };

const counting =
  <T>(count: (data: T) => void): Count =>
  ({ value }) =>
    count((JSON.parse(new TextDecoder().decode(value)) as Told<T>).data);

/**
 * Counts what was found, decided and done, of the records that tell others so: what is counted was committed, whichever process did it.
 * At least once, as they are told. Labels are words of the contract.
 */
export function countAnnouncements(metrics: Metrics): (records: readonly OutgoingRecord[]) => void {
  const findings = metrics.counter('pipeline_finding_revisions_total', 'Findings that are new, revised or closed', [
    'activity',
    'band',
  ]);
  const incidents = metrics.counter('pipeline_incident_revisions_total', 'Revisions of incidents', ['band', 'status']);
  const decisions = metrics.counter('pipeline_decisions_total', 'Decisions of the safety gate', ['verdict', 'action']);
  const approvals = metrics.counter('pipeline_approvals_requested_total', 'Actions that wait for people');
  const runs = metrics.counter('pipeline_runs_finished_total', 'Runs by how they ended', ['status']);
  const effects = metrics.counter('pipeline_effects_total', 'Effects of ended runs by what is known of them', [
    'state',
  ]);
  const counts: Readonly<Record<string, Count>> = {
    [TOPICS.findingRevised]: counting<ReturnType<typeof detectionFinding>>(
      ({ activity_id: activity, risk_score: score }) =>
        findings.add(1, {
          activity: ACTIVITIES[activity] ?? 'other',
          band: score === undefined ? 'unscored' : severityOf(score),
        }),
    ),
    [TOPICS.incidentRevised]: counting<Incident>(({ band, status }) => incidents.add(1, { band, status })),
    [TOPICS.actionDecided]: counting<Decision>(({ verdict, action }) =>
      decisions.add(1, { verdict, action: ACTION_TYPES.find((known) => known === action.action_type) ?? 'other' }),
    ),
    [TOPICS.approvalRequested]: () => approvals.add(1),
    [TOPICS.runFinished]: counting<Run>((run) => {
      runs.add(1, { status: run.status });
      for (const { state } of run.effects) effects.add(1, { state });
    }),
  };
  return (records) => {
    for (const record of records) counts[record.topic]?.(record);
  };
}
