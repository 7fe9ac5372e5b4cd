/** A base score and the version of the vector it comes from. */
export interface CvssScore {
  readonly version: '2.0' | '3.0' | '3.1';
  readonly base: number;
}

type Metrics = ReadonlyMap<string, string>;
type Weights = Readonly<Record<string, Readonly<Record<string, number>>>>;

const V3: Weights = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
};
const PRIVILEGES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  U: { N: 0.85, L: 0.62, H: 0.27 },
  C: { N: 0.85, L: 0.68, H: 0.5 },
};
const V2: Weights = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: { N: 0, P: 0.275, C: 0.66 },
  I: { N: 0, P: 0.275, C: 0.66 },
  A: { N: 0, P: 0.275, C: 0.66 },
};

/**
 * The base score of a CVSS vector of version 2.0, 3.0 or 3.1, as FIRST specifies them; temporal and environmental metrics are not looked
 * at. Null for anything else: a vector of version 4.0 is not scored yet, and says so by being null.
 */
export function cvssBase(vector: string): CvssScore | null {
  if (vector.length > 512) return null;
  const head = /^CVSS:(3\.[01])\//.exec(vector);
  const metrics = metricsOf(head ? vector.slice(head[0].length) : vector.replaceAll(/^\(|\)$/g, ''));
  if (!metrics) return null;
  const version = head?.[1];
  if (version === '3.0' || version === '3.1') return scored(version, baseV3(metrics, version));
  return scored('2.0', baseV2(metrics));
}

const scored = (version: CvssScore['version'], base: number | null): CvssScore | null =>
  base === null ? null : { version, base };

function metricsOf(text: string): Metrics | null {
  const metrics = new Map<string, string>();
  for (const part of text.split('/')) {
    const [name = '', value = '', ...rest] = part.split(':');
    if (name === '' || value === '' || rest.length > 0 || metrics.has(name)) return null;
    metrics.set(name, value);
  }
  return metrics;
}

/** The weight of each metric, or null when one is missing or unknown. */
function weigh(metrics: Metrics, weights: Weights): Readonly<Record<string, number>> | null {
  const out: Record<string, number> = {};
  for (const [name, values] of Object.entries(weights)) {
    const value = metrics.get(name) ?? '';
    const weight = Object.hasOwn(values, value) ? values[value] : undefined;
    if (weight === undefined) return null;
    out[name] = weight;
  }
  return out;
}

const product = (weights: Readonly<Record<string, number>>, ...names: readonly string[]): number =>
  names.reduce((value, name) => value * (weights[name] ?? 0), 1);
const impactOf = (w: Readonly<Record<string, number>>): number =>
  1 - (1 - (w['C'] ?? 0)) * (1 - (w['I'] ?? 0)) * (1 - (w['A'] ?? 0));

/** The weight of Privileges Required, which depends on Scope; undefined when one is missing or unknown. */
function privilegeOf(metrics: Metrics): number | undefined {
  const scope = metrics.get('S') ?? '';
  const weights = Object.hasOwn(PRIVILEGES, scope) ? PRIVILEGES[scope] : undefined;
  const level = metrics.get('PR') ?? '';
  return weights && Object.hasOwn(weights, level) ? weights[level] : undefined;
}

/** CVSS v3.x specification 7.1. */
function baseV3(metrics: Metrics, version: '3.0' | '3.1'): number | null {
  const weights = weigh(metrics, V3);
  const privilege = privilegeOf(metrics);
  if (!weights || privilege === undefined) return null;
  const changed = metrics.get('S') === 'C';
  const base = impactOf(weights);
  const impact = changed ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base;
  if (impact <= 0) return 0;
  const exploitability = 8.22 * product(weights, 'AV', 'AC', 'UI') * privilege;
  const sum = Math.min(10, (changed ? 1.08 : 1) * (impact + exploitability));
  return version === '3.1' ? roundUp31(sum) : Math.ceil(sum * 10) / 10;
}

/** CVSS v3.1 Appendix A: rounding up that does not depend on floating-point noise. */
function roundUp31(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}

/** CVSS v2 guide 3.2.1. */
function baseV2(metrics: Metrics): number | null {
  const weights = weigh(metrics, V2);
  if (!weights) return null;
  const impact = 10.41 * impactOf(weights);
  const exploitability = 20 * product(weights, 'AV', 'AC', 'Au');
  const factor = impact === 0 ? 0 : 1.176;
  return Math.round((0.6 * impact + 0.4 * exploitability - 1.5) * factor * 10) / 10;
}
