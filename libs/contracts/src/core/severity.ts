import { type Static } from 'typebox';
import { stringEnum } from './schema.ts';

/** Bands of the house scale: score 0-100; informational from 0, low 20, medium 40, high 60, critical 80. */
export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export const Severity = stringEnum(SEVERITIES);
export type Severity = Static<typeof Severity>;

/** The band of a score 0-100; a score outside is clamped. */
export function severityOf(score: number): Severity {
  const band = Math.min(4, Math.max(0, Math.floor(score / 20)));
  return SEVERITIES[band] ?? 'informational';
}

/** The lowest score of a band. */
export const bandFloor = (severity: Severity): number => SEVERITIES.indexOf(severity) * 20;

/** Orders severities; negative when `a` is milder than `b`. */
export const compareSeverity = (a: Severity, b: Severity): number => SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);

/** OCSF `severity_id` (1 informational … 5 critical) of a band. */
export const ocsfSeverityId = (severity: Severity): number => SEVERITIES.indexOf(severity) + 1;
