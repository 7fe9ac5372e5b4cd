import { SEVERITIES, type Severity, severityOf } from '@dmitry/contracts';

/** Scales of the neighbours (domain 8.17). A number never crosses a port without one. */
export const SCALES = [
  'dmitry', // 0-100: low 20, medium 40, high 60, critical 80
  'pdri-score', // scoring A and B, 0-1: low .2, medium .4, high .6, critical .8
  'pdri-finding', // finding generator and velocity, 0-1: medium .50, high .70, critical .85
  'pdri-response', // autonomous response, 0-100: elevated 60, high 75, critical 85, emergency 95
  'pdri-trajectory', // 0-100: critical 80
  'aegis', // risk_score and thresholds, 0-1: medium .4, high .6, critical .8
] as const;
export type Scale = (typeof SCALES)[number];

/** A number and what it means. */
export interface ScaledScore {
  readonly scale: Scale;
  readonly value: number;
}

type Point = readonly [theirs: number, ours: number];
type Line = readonly [Point, ...Point[]];
const UNIT: Line = [
  [0, 0],
  [0.2, 20],
  [0.4, 40],
  [0.6, 60],
  [0.8, 80],
  [1, 100],
];
const HUNDRED: Line = [
  [0, 0],
  [100, 100],
];

/** Each scale by its band limits on theirs and ours; straight lines between. So a band stays the band it was. */
const POINTS: Readonly<Record<Scale, Line>> = {
  dmitry: HUNDRED,
  'pdri-score': UNIT,
  'pdri-finding': [
    [0, 0],
    [0.5, 40],
    [0.7, 60],
    [0.85, 80],
    [1, 100],
  ],
  'pdri-response': [
    [0, 0],
    [60, 40],
    [75, 60],
    [85, 80],
    [95, 90],
    [100, 100],
  ],
  'pdri-trajectory': HUNDRED,
  aegis: UNIT,
};

const flipped = ([first, ...rest]: Line): Line => [
  [first[1], first[0]],
  ...rest.map(([theirs, ours]): Point => [ours, theirs]),
];

/** A score of a neighbour on the house scale 0-100. Outside its scale it is clamped. Not a number gives 0. */
export const toHouseScore = ({ scale, value }: ScaledScore): number => alongLines(value, POINTS[scale]);

/** A house score on a neighbour's scale. */
export const fromHouseScore = (score: number, scale: Scale): ScaledScore => ({
  scale,
  value: alongLines(score, flipped(POINTS[scale])),
});

/** The house band of a neighbour's score. */
export const bandOfScaled = (score: ScaledScore): Severity => severityOf(toHouseScore(score));

/** The second coordinate at a first one, on the lines through the points; the ends hold beyond them, the first for NaN too. */
function alongLines(value: number, points: Line): number {
  const [first] = points;
  const last = points.at(-1) ?? first;
  if (!(value > first[0])) return first[1];
  if (value >= last[0]) return last[1];
  const at = points.findIndex(([x]) => x > value);
  const [x0, y0] = points[at - 1] ?? first;
  const [x1, y1] = points[at] ?? last;
  if (value === x0) return y0;
  return Math.round((y0 + ((value - x0) / (x1 - x0)) * (y1 - y0)) * 1e6) / 1e6;
}

const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  emergency: 'critical',
  high: 'high',
  medium: 'medium',
  moderate: 'medium',
  elevated: 'medium',
  low: 'low',
  minimal: 'informational',
  info: 'informational',
  informational: 'informational',
  normal: 'informational',
  none: 'informational',
};

/** The band of a neighbour's severity word (contract v1.0.0, Platform's capitals, response states); undefined for an unknown one. */
export function bandOfWord(word: string): Severity | undefined {
  const key = word.trim().toLowerCase();
  return Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
}

/** The Platform's four words (LOW, MEDIUM, HIGH, CRITICAL), which have none for informational. */
export const platformWord = (band: Severity): 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' =>
  (['LOW', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const)[SEVERITIES.indexOf(band)] ?? 'LOW';
