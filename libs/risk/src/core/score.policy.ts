import {
  bandFloor,
  digestOf,
  type FindingScore,
  SEVERITIES,
  type ScoreTerm,
  type Severity,
  severityOf,
} from '@dmitry/contracts';
import { cvssBase } from './cvss.ts';
import { riskFault } from './risk.errors.ts';
import type { ScoreInput } from './score-input.schema.ts';

/** Name and version of the formula. A change of values or weights is a new version or another digest. */
export const FORMULA = 'dmitry-risk/1';

export type TermName =
  | 'severity'
  | 'exposure'
  | 'sensitivity'
  | 'volatility'
  | 'criticality'
  | 'exploitation'
  | 'spread'
  | 'volume'
  | 'cvss'
  | 'epss'
  | 'kev'
  | 'ssvc';
/** Points that a term gives at value 1; together 100. */
export type Weights = Readonly<Partial<Record<TermName, number>>>;

/**
 * A finding: the level of its rule is the floor of its band (weight 80 = the floor of critical), what is known around it decides the
 * rest, at most one band. So nothing about the surroundings can talk a critical rule down.
 */
export const FINDING_WEIGHTS: Weights = {
  severity: 80,
  exposure: 4,
  sensitivity: 4,
  volatility: 1,
  criticality: 4,
  exploitation: 3,
  spread: 2,
  volume: 2,
};
/** A vulnerability: how bad, how likely, already so, and where. */
export const VULNERABILITY_WEIGHTS: Weights = { cvss: 40, kev: 25, epss: 20, ssvc: 7, exposure: 4, criticality: 4 };

/** What PDRI knows; without it a finding's score is called degraded. */
const PDRI_TERMS: readonly TermName[] = ['exposure', 'sensitivity', 'volatility'];
const LEVEL_VALUES = [0.05, 0.25, 0.5, 0.75, 1] as const;
const CRITICALITY: Readonly<Record<string, number>> = { low: 0.25, medium: 0.5, high: 0.75, critical: 1 };
/** Points are multiples of 1/64, which binary numbers add up without error: the terms give the score exactly, in any order. */
const QUANTUM = 64;

export interface LowerBand {
  readonly band: Severity;
  readonly score: number;
  /** The fewest and smallest changes of values that get there. */
  readonly changes: readonly { readonly name: string; readonly from: number; readonly to: number }[];
}

export interface RiskScore extends FindingScore {
  readonly id: string;
  /** SHA-256 over formula and weights: with it and the inputs the score is recomputed byte for byte. */
  readonly weights_digest: string;
  /** Null in the lowest band. */
  readonly to_lower_band: LowerBand | null;
  /** Facts that were not there, or could not be read. */
  readonly missing: readonly string[];
}

/**
 * The score of a finding or of a vulnerability, 0-100. Additive: the points of all terms are the score. Monotone: a worse fact never
 * lowers it. A fact that is missing gives no points, lowers the confidence and is named.
 * @throws DmitryError `risk.weights_invalid`
 */
export function scoreFinding(input: ScoreInput, weights?: Weights): RiskScore {
  const finding = (input.level ?? input.severity) !== undefined;
  const chosen = weights ?? (finding ? FINDING_WEIGHTS : VULNERABILITY_WEIGHTS);
  checkWeights(chosen);
  const values = valuesOf(input);
  const names = (Object.keys(chosen) as TermName[]).sort();
  const terms = names.map((name) =>
    termOf(name, values[name] ?? 0, { weight: chosen[name] ?? 0, evidence: input.evidence?.[name] ?? [] }),
  );
  const score = terms.reduce((sum, term) => sum + term.points, 0);
  const missing = names.filter((name) => values[name] === undefined && (chosen[name] ?? 0) > 0);
  const digest = digestOf([FORMULA, chosen]);
  return {
    id: input.id,
    score,
    band: severityOf(score),
    confidence: confidenceOf(chosen, missing),
    terms,
    formula: `${FORMULA}+${digest.slice(0, 16)}`,
    degraded: finding && missing.some((name) => PDRI_TERMS.includes(name)),
    weights_digest: digest,
    to_lower_band: toLowerBand(terms, score),
    missing: [...missing, ...unread(input)],
  };
}

/** The part of a score that a finding carries on the wire. */
export const findingScoreOf = ({ score, band, confidence, terms, formula, degraded }: RiskScore): FindingScore => ({
  score,
  band,
  confidence,
  terms,
  formula,
  degraded,
});

function checkWeights(weights: Weights): void {
  const values = Object.values(weights);
  const known = Object.keys(weights).every((name) => name in FINDING_WEIGHTS || name in VULNERABILITY_WEIGHTS);
  const sum = values.reduce((total, weight) => total + weight, 0);
  if (known && values.every((weight) => Number.isFinite(weight) && weight >= 0) && Math.abs(sum - 100) < 1e-9) return;
  throw riskFault('risk.weights_invalid', `weights must be 0 or more for known terms and add up to 100, not ${sum}`);
}

function termOf(name: string, value: number, by: { weight: number; evidence: readonly string[] }): ScoreTerm {
  return { name, value, weight: by.weight, points: pointsOf(by.weight, value), evidence: [...by.evidence] };
}

const pointsOf = (weight: number, value: number): number => Math.floor(weight * value * QUANTUM + 1e-6) / QUANTUM;

type Values = Partial<Record<TermName, number>>;

/** Each fact as a value 0-1 that grows with the danger; undefined where it is missing. */
const valuesOf = (input: ScoreInput): Values => present({ ...surroundingsOf(input), ...vulnerabilityOf(input) });

function surroundingsOf(input: ScoreInput): Record<string, number | undefined> {
  const level = input.level ?? input.severity;
  return {
    severity: level === undefined ? undefined : LEVEL_VALUES[SEVERITIES.indexOf(level)],
    exposure: exposureOf(input),
    sensitivity: input.sensitivity ?? undefined,
    volatility: input.volatility ?? undefined,
    criticality: criticalityOf(input.criticality ?? input.asset?.criticality),
    spread: input.techniques && Math.min(1, new Set(input.techniques).size / 5),
    volume: input.count === undefined ? undefined : Math.min(1, Math.log10(1 + input.count) / 3),
  };
}

const exposureOf = ({ exposure, asset }: ScoreInput): number | undefined =>
  exposure ?? asset?.exposure ?? (asset?.internet_facing === true ? 1 : undefined);

function vulnerabilityOf(input: ScoreInput): Record<string, number | undefined> {
  const cvss = cvssOf(input);
  const ssvc = ssvcOf(input);
  const kev = mapped(input.kev, Number);
  const epss = mapped(input.epss, Math.cbrt);
  const exploitation = worst(
    kev,
    epss,
    ssvc,
    mapped(cvss, (value) => value / 2),
  );
  return { cvss, epss, kev, ssvc, exploitation };
}

/** A fact as a value; a fact that is not there has none. */
const mapped = <T>(fact: T | null | undefined, by: (fact: T) => number): number | undefined =>
  fact === null || fact === undefined ? undefined : by(fact);

const present = (values: Record<string, number | undefined>): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const worst = (...values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
};

const criticalityOf = (value: number | string | null | undefined): number | undefined =>
  typeof value === 'number' ? value : typeof value === 'string' ? CRITICALITY[value] : undefined;

function cvssOf(input: ScoreInput): number | undefined {
  const scores = (input.cvss ?? [])
    .map((one) => (typeof one === 'number' ? one : cvssBase(one)?.base))
    .filter((score) => score !== undefined);
  return scores.length > 0 ? Math.max(...scores) / 10 : undefined;
}

/** CISA's decision points: exploitation counts most; spelling as recorded varies in case. */
function ssvcOf({ ssvc }: ScoreInput): number | undefined {
  if (!ssvc) return undefined;
  const exploitation = { none: 0, poc: 0.35, active: 0.6 }[ssvc.exploitation?.toLowerCase() ?? ''];
  const automatable = { no: 0, yes: 0.2 }[ssvc.automatable?.toLowerCase() ?? ''];
  const impact = { partial: 0, total: 0.2 }[ssvc.technical_impact?.toLowerCase() ?? ''];
  const known = [exploitation, automatable, impact].filter((value) => value !== undefined);
  return known.length > 0
    ? Math.min(
        1,
        known.reduce((sum, value) => sum + value, 0),
      )
    : undefined;
}

const unread = (input: ScoreInput): readonly string[] =>
  (input.cvss ?? []).some((one) => typeof one === 'string' && cvssBase(one) === null)
    ? ['cvss: a vector that is not of version 2.0, 3.0 or 3.1']
    : [];

/** Half for what was said, the rest by the share of the weights whose facts were there; never certain. */
function confidenceOf(weights: Weights, missing: readonly TermName[]): number {
  const total = 100 - (weights.severity ?? 0);
  const gone = missing.reduce((sum, name) => sum + (name === 'severity' ? 0 : (weights[name] ?? 0)), 0);
  const share = total > 0 ? 1 - gone / total : 1;
  return Math.round((0.5 + 0.45 * share) * 1_000) / 1_000;
}

/** Values that a term can take, where it cannot take all between 0 and 1. */
const LADDERS: Readonly<Record<string, readonly number[]>> = { severity: LEVEL_VALUES, kev: [0, 1] };

/** What would have to change for the band below: surroundings before the rule's level, the fewest terms, the least of each. */
function toLowerBand(terms: readonly ScoreTerm[], score: number): LowerBand | null {
  const band = severityOf(score);
  if (band === 'informational') return null;
  const need = score - (bandFloor(band) - 1 / QUANTUM);
  const around = terms.filter((term) => term.name !== 'severity' && term.points > 0);
  const byRelief = [...around].sort((a, b) => b.points - a.points || b.weight - a.weight || (a.name < b.name ? -1 : 1));
  const single = [...around]
    .filter((term) => term.points >= need)
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))[0];
  const order = single
    ? [single]
    : reliefOf(byRelief) >= need
      ? byRelief
      : terms.filter((term) => term.name === 'severity').concat(byRelief);
  return changed(order, { score, need });
}

const reliefOf = (terms: readonly ScoreTerm[]): number => terms.reduce((sum, term) => sum + term.points, 0);

function changed(order: readonly ScoreTerm[], goal: { score: number; need: number }): LowerBand | null {
  const changes: { name: string; from: number; to: number }[] = [];
  let relief = 0;
  for (const term of order) {
    if (relief >= goal.need) break;
    const to = loweredValue(term, Math.max(0, term.points - (goal.need - relief)));
    if (to >= term.value) continue;
    changes.push({ name: term.name, from: term.value, to });
    relief += term.points - pointsOf(term.weight, to);
  }
  if (relief < goal.need) return null;
  const score = goal.score - relief;
  return { band: severityOf(score), score, changes };
}

/** The highest value of a term that gives at most these points. */
function loweredValue(term: ScoreTerm, points: number): number {
  const ladder = LADDERS[term.name];
  if (!ladder) return points / term.weight;
  return [...ladder].reverse().find((value) => pointsOf(term.weight, value) <= points) ?? 0;
}

/** The score of terms alone, for checking a counterfactual: the same points for the same values. */
export const scoreOfTerms = (terms: readonly Pick<ScoreTerm, 'value' | 'weight'>[]): number =>
  terms.reduce((sum, { value, weight }) => sum + pointsOf(weight, value), 0);
