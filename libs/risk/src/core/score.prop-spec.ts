import { bandFloor, digestOf, FindingScore, parseWith, SEVERITIES, severityOf } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  FINDING_WEIGHTS,
  findingScoreOf,
  parseScoreInput,
  type RiskScore,
  scoreFinding,
  type ScoreInput,
  scoreOfTerms,
  VULNERABILITY_WEIGHTS,
  type Weights,
} from './index.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const vector = fc
  .tuple(
    fc.constantFrom('N', 'A', 'L', 'P'),
    fc.constantFrom('L', 'H'),
    fc.constantFrom('N', 'L', 'H'),
    fc.constantFrom('N', 'R'),
    fc.constantFrom('U', 'C'),
    fc.constantFrom('H', 'L', 'N'),
  )
  .map(([av, ac, pr, ui, s, c]) => `CVSS:3.1/AV:${av}/AC:${ac}/PR:${pr}/UI:${ui}/S:${s}/C:${c}/I:L/A:N`);
const input: fc.Arbitrary<ScoreInput> = fc
  .record({
    level: optional(fc.constantFrom(...SEVERITIES)),
    techniques: optional(fc.array(fc.constantFrom('T1', 'T2', 'T3', 'T4', 'T5', 'T6'))),
    count: optional(fc.nat(5_000)),
    exposure: optional(unit),
    sensitivity: optional(unit),
    volatility: optional(unit),
    criticality: optional(unit),
    cvss: optional(fc.array(vector, { maxLength: 2 })),
    epss: optional(unit),
    kev: optional(fc.boolean()),
    ssvc: optional(
      fc.record({
        exploitation: fc.constantFrom('none', 'PoC', 'Active'),
        automatable: fc.constantFrom('yes', 'No'),
        technical_impact: fc.constantFrom('partial', 'total'),
      }),
    ),
  })
  .map((fields) => ({
    id: 'i',
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  }));
const weights: fc.Arbitrary<Weights | undefined> = fc.option(
  fc
    .array(fc.integer({ min: 0, max: 50 }), { minLength: 8, maxLength: 8 })
    .filter((list) => list.some((one) => one > 0))
    .map((list) => {
      const names = Object.keys(FINDING_WEIGHTS);
      const sum = list.reduce((a, b) => a + b, 0);
      return Object.fromEntries(names.map((name, at) => [name, ((list[at] ?? 0) * 100) / sum]));
    }),
  { nil: undefined },
);

describe('scoreFinding', () => {
  it('adds up: the points of the terms are the score to the last decimal, in any order, within 0 to 100', () => {
    fc.assert(
      fc.property(input, weights, (value, chosen) => {
        const { score, terms } = scoreFinding(value, chosen);
        const add = (list: RiskScore['terms']) => list.reduce((sum, term) => sum + term.points, 0);
        expect(add(terms)).toBe(score);
        expect(add([...terms].reverse())).toBe(score);
        expect(scoreOfTerms(terms)).toBe(score);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('is monotone: a worse fact never lowers it', () => {
    const facts = ['exposure', 'sensitivity', 'volatility', 'criticality', 'epss'] as const;
    fc.assert(
      fc.property(input, fc.constantFrom(...facts), unit, unit, weights, (value, name, a, b, chosen) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(scoreFinding({ ...value, [name]: high }, chosen).score).toBeGreaterThanOrEqual(
          scoreFinding({ ...value, [name]: low }, chosen).score,
        );
      }),
    );
    fc.assert(
      fc.property(input, fc.nat(4), fc.nat(4), (value, a, b) => {
        const at = (n: number) =>
          scoreFinding({ ...value, level: SEVERITIES[n] ?? 'low', count: n * 10, kev: n > 2 }).score;
        expect(at(Math.max(a, b))).toBeGreaterThanOrEqual(at(Math.min(a, b)));
      }),
    );
  });

  it('never says less for a fact more: what becomes known can only add points and confidence', () => {
    fc.assert(
      fc.property(input, (value) => {
        const { exposure: _, ...without } = value;
        const [less, more] = [scoreFinding(without), scoreFinding({ ...value, exposure: value.exposure ?? 0.5 })];
        expect(more.score).toBeGreaterThanOrEqual(less.score);
        expect(more.confidence).toBeGreaterThan(less.confidence);
      }),
    );
  });

  it('names the change that lowers the band, and scoring it again lands in the band below', () => {
    fc.assert(
      fc.property(input, weights, (value, chosen) => {
        const { terms, score, band, to_lower_band: lower } = scoreFinding(value, chosen);
        if (band === 'informational') {
          expect(lower).toBeNull();
          return;
        }
        const changes = new Map(lower?.changes.map((change) => [change.name, change]));
        for (const term of terms) if (changes.has(term.name)) expect(changes.get(term.name)?.from).toBe(term.value);
        const again = scoreOfTerms(terms.map((term) => ({ ...term, value: changes.get(term.name)?.to ?? term.value })));
        expect(again).toBe(lower?.score);
        expect(again).toBeLessThan(bandFloor(band));
        expect(again).toBeLessThan(score);
        expect(severityOf(again)).toBe(lower?.band);
      }),
    );
  });

  it('keeps a finding at least in the band of its rule', () => {
    fc.assert(
      fc.property(input, fc.constantFrom(...SEVERITIES), (value, level) => {
        expect(scoreFinding({ ...value, level }).score).toBeGreaterThanOrEqual(bandFloor(level));
      }),
    );
  });

  it('is recomputed byte for byte from its inputs, formula and weights, and fits the wire', () => {
    fc.assert(
      fc.property(input, weights, (value, chosen) => {
        const first = scoreFinding(value, chosen);
        expect(digestOf(scoreFinding(JSON.parse(JSON.stringify(value)) as ScoreInput, chosen))).toBe(digestOf(first));
        expect(parseWith(FindingScore, findingScoreOf(first))).toMatchObject({ ok: true });
        expect(first.formula).toBe(`dmitry-risk/1+${first.weights_digest.slice(0, 16)}`);
      }),
    );
  });

  it('reaches every band, findings and vulnerabilities alike', () => {
    const findings = SEVERITIES.map((level) => scoreFinding({ id: 'i', level }).band);
    expect(findings).toEqual([...SEVERITIES]);
    const steps: Omit<ScoreInput, 'id'>[] = [
      { epss: 0 },
      { cvss: [5.5] },
      { cvss: [9.8], epss: 0.001 },
      { cvss: [9.8], kev: true },
      { cvss: [9.8], kev: true, epss: 0.9 },
    ];
    expect(steps.map((step) => scoreFinding({ id: 'i', ...step }).band)).toEqual([...SEVERITIES]);
  });

  it('weighs to 100 in both profiles', () => {
    for (const profile of [FINDING_WEIGHTS, VULNERABILITY_WEIGHTS])
      expect(Object.values(profile).reduce((sum, weight) => sum + weight, 0)).toBe(100);
  });

  it('says that it is degraded and is less sure when PDRI said nothing', () => {
    const facts = { exposure: 0, sensitivity: 0, volatility: 0 };
    const [without, withThem] = [
      scoreFinding({ id: 'i', level: 'high' }),
      scoreFinding({ id: 'i', level: 'high', ...facts }),
    ];
    expect(without).toMatchObject({
      degraded: true,
      missing: expect.arrayContaining(['exposure', 'sensitivity', 'volatility']) as unknown,
    });
    expect(withThem.degraded).toBe(false);
    expect(without.confidence).toBeLessThan(withThem.confidence);
    expect(scoreFinding({ id: 'i', cvss: [5] }).degraded).toBe(false);
  });

  it('carries the evidence of each term, and names a vector it cannot read', () => {
    const scored = scoreFinding({
      id: 'i',
      cvss: ['CVSS:4.0/AV:N'],
      evidence: { kev: ['e1'] },
      kev: true,
      asset: { internet_facing: true, criticality: 'high' },
    });
    expect(scored.terms.find((term) => term.name === 'kev')?.evidence).toEqual(['e1']);
    expect(scored.terms.find((term) => term.name === 'exposure')?.value).toBe(1);
    expect(scored.terms.find((term) => term.name === 'criticality')?.value).toBe(0.75);
    expect(scored.missing.join()).toMatch(/not of version/);
  });

  it.each<[string, Weights]>([
    ['too little', { severity: 99 }],
    ['negative', { severity: 101, spread: -1 }],
    ['not a number', { severity: Number.NaN }],
    ['an unknown term', { severity: 50, mood: 50 } as Weights],
  ])('refuses weights: %s', (_, chosen) => {
    expect(() => scoreFinding({ id: 'i', level: 'low' }, chosen)).toThrow(/add up to 100/);
  });
});

describe('parseScoreInput', () => {
  it('takes an input with members it does not know and refuses numbers off their scale, with a pointer', () => {
    expect(parseScoreInput({ id: 'x', epss: 0.5, other: 1 }).ok).toBe(true);
    expect(parseScoreInput({ id: 'x', epss: 50 })).toMatchObject({
      ok: false,
      faults: expect.arrayContaining([expect.objectContaining({ pointer: '/epss' })]) as unknown,
    });
    expect(parseScoreInput(null).ok).toBe(false);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(typeof parseScoreInput(value).ok).toBe('boolean');
      }),
    );
  });
});
