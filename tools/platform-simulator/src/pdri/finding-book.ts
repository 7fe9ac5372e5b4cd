import { sha256Hex } from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import type { Observation } from '../graph/observation.ts';
import { type Detection, detect, partiesOf } from './finding-rules.ts';
import type { Pdri } from './pdri.ts';

export const OPEN_STATUSES: ReadonlySet<string> = new Set(['open', 'acknowledged', 'in_progress']);
export const STATUSES = ['open', 'acknowledged', 'in_progress', 'resolved', 'false_positive'] as const;
export type FindingStatus = (typeof STATUSES)[number];
/** Hours until a finding must be handled (domain 8.8). */
const SLA_HOURS: Readonly<Record<Detection['severity'], number>> = { critical: 4, high: 24, medium: 72, low: 168 };
const MAX_EVIDENCE = 10;

/** PDRI's `RiskFinding` (domain 8.8). */
export interface RiskFinding {
  readonly finding_id: string;
  readonly tenant_id: string;
  readonly fingerprint: string;
  title: string;
  description: string;
  readonly finding_type: string;
  severity: Detection['severity'];
  risk_score: number;
  exposure_score: number;
  volatility_score: number;
  sensitivity_score: number;
  readonly primary_entity_id: string;
  readonly primary_entity_type: string;
  entities_involved: readonly { entity_id: string; entity_type: string; name: string; role: string }[];
  exposure_path: readonly string[];
  evidence: readonly { event_id: string; event_type: string; timestamp: string }[];
  evidence_count: number;
  recommendations: Detection['recommendations'];
  status: FindingStatus;
  status_reason: string | null;
  assigned_to: string | null;
  readonly sla_due_at: string;
  sla_breached: boolean;
  readonly first_seen_at: string;
  last_seen_at: string;
  occurrence_count: number;
  tags: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly created_at: string;
  updated_at: string;
  resolved_at: string | null;
  readonly schema_version: '1.0.0';
  readonly producer_version: '1.0.0';
}

/** Findings of one tenant: one open per type and primary entity. */
export class FindingBook {
  private readonly byId = new Map<string, RiskFinding>();

  constructor(private readonly tenant: string) {}

  /** What the graph says after an event, as findings: new ones, or open ones seen again. */
  evaluate(pdri: Pdri, event: Observation, nowMs: number): void {
    for (const detection of detect(pdri, event)) this.record(detection, event, nowMs);
  }

  private record(detection: Detection, event: Observation, nowMs: number): void {
    const fingerprint = sha256Hex(`${this.tenant}|${detection.type}|${detection.primary.id}`);
    const open = [...this.byId.values()].find(
      (one) => one.fingerprint === fingerprint && OPEN_STATUSES.has(one.status),
    );
    // what happens around an entity is no news of it once its finding is open
    if (open && !partiesOf(event).includes(detection.primary.id)) return;
    const finding = open ?? this.create(detection, fingerprint, { event, nowMs });
    const note = { event_id: event.eventId, event_type: event.type, timestamp: isoTime(event.timeMs) };
    const worst = detection.risk >= finding.risk_score;
    if (worst) Object.assign(finding, scoresOf(detection));
    finding.entities_involved = involvedOf(detection);
    finding.exposure_path = detection.path;
    finding.evidence = [...finding.evidence, note].slice(-MAX_EVIDENCE);
    finding.evidence_count += 1;
    finding.occurrence_count += 1;
    finding.last_seen_at = isoTime(event.timeMs);
    finding.updated_at = isoTime(nowMs);
  }

  private create(detection: Detection, fingerprint: string, seen: { event: Observation; nowMs: number }): RiskFinding {
    const before = [...this.byId.values()].filter((one) => one.fingerprint === fingerprint).length;
    const firstMs = seen.event.timeMs;
    const finding: RiskFinding = {
      ...scoresOf(detection),
      finding_id: `f-${sha256Hex(`${fingerprint}|${before}`).slice(0, 8)}`,
      tenant_id: this.tenant,
      fingerprint,
      finding_type: detection.type,
      primary_entity_id: detection.primary.id,
      primary_entity_type: detection.primary.type,
      entities_involved: [],
      exposure_path: [],
      evidence: [],
      evidence_count: 0,
      status: 'open',
      status_reason: null,
      assigned_to: null,
      sla_due_at: isoTime(seen.nowMs + SLA_HOURS[detection.severity] * 3_600_000),
      sla_breached: false,
      first_seen_at: isoTime(firstMs),
      last_seen_at: isoTime(firstMs),
      occurrence_count: 0,
      tags: [...detection.primary.tags].sort(),
      metadata: {},
      created_at: isoTime(seen.nowMs),
      updated_at: isoTime(seen.nowMs),
      resolved_at: null,
      schema_version: '1.0.0',
      producer_version: '1.0.0',
    };
    this.byId.set(finding.finding_id, finding);
    return finding;
  }

  /** Findings, worst first; whether the SLA was missed is seen at `nowMs`. */
  list(nowMs: number): readonly RiskFinding[] {
    for (const finding of this.byId.values()) {
      finding.sla_breached = OPEN_STATUSES.has(finding.status) && Date.parse(finding.sla_due_at) < nowMs;
    }
    return [...this.byId.values()].sort(
      (a, b) => b.risk_score - a.risk_score || (a.finding_id < b.finding_id ? -1 : 1),
    );
  }

  get(id: string): RiskFinding | undefined {
    return this.byId.get(id);
  }

  remove(id: string): boolean {
    return this.byId.delete(id);
  }

  setStatus(finding: RiskFinding, status: FindingStatus, change: { reason: string | null; nowMs: number }): void {
    finding.status = status;
    finding.status_reason = change.reason;
    finding.updated_at = isoTime(change.nowMs);
    finding.resolved_at = OPEN_STATUSES.has(status) ? null : isoTime(change.nowMs);
  }
}

const scoresOf = (detection: Detection) => ({
  title: detection.title,
  description: detection.description,
  severity: detection.severity,
  risk_score: detection.risk,
  exposure_score: detection.score.exposure,
  volatility_score: detection.score.volatility,
  sensitivity_score: detection.score.sensitivity,
  recommendations: detection.recommendations,
});

const involvedOf = (detection: Detection) =>
  [detection.primary, ...detection.others].map((node, at) => ({
    entity_id: node.id,
    entity_type: node.type,
    name: node.name,
    role: at === 0 ? 'primary' : 'related',
  }));
