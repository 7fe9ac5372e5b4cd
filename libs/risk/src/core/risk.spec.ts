import { type EntityRef, SEVERITIES } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bandOfScaled,
  bandOfWord,
  cvssBase,
  type EntityFacts,
  fromHouseScore,
  pdriScoreA,
  pdriScoreB,
  platformWord,
  type Scale,
  SCALES,
  toHouseScore,
  withFacts,
} from './index.ts';

describe('scales', () => {
  it.each<[Scale, readonly (readonly [number, string])[]]>([
    [
      'dmitry',
      [
        [0, 'informational'],
        [19.9, 'informational'],
        [20, 'low'],
        [40, 'medium'],
        [60, 'high'],
        [80, 'critical'],
        [100, 'critical'],
      ],
    ],
    [
      'pdri-score',
      [
        [0.19, 'informational'],
        [0.2, 'low'],
        [0.4, 'medium'],
        [0.59, 'medium'],
        [0.6, 'high'],
        [0.8, 'critical'],
        [1, 'critical'],
      ],
    ],
    [
      'pdri-finding',
      [
        [0.49, 'low'],
        [0.5, 'medium'],
        [0.69, 'medium'],
        [0.7, 'high'],
        [0.84, 'high'],
        [0.85, 'critical'],
      ],
    ],
    [
      'pdri-response',
      [
        [50, 'low'],
        [60, 'medium'],
        [75, 'high'],
        [85, 'critical'],
        [95, 'critical'],
      ],
    ],
    [
      'pdri-trajectory',
      [
        [79, 'high'],
        [80, 'critical'],
      ],
    ],
    [
      'aegis',
      [
        [0.39, 'low'],
        [0.4, 'medium'],
        [0.6, 'high'],
        [0.8, 'critical'],
      ],
    ],
  ])('%s keeps its own bands', (scale, points) => {
    for (const [value, band] of points) expect(bandOfScaled({ scale, value })).toBe(band);
  });

  it('convert there and back, in order, and clamp what is outside', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SCALES),
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (scale, a, b) => {
          const there = fromHouseScore(a, scale);
          expect(toHouseScore(there)).toBeCloseTo(a, 2);
          if (a <= b) expect(there.value).toBeLessThanOrEqual(fromHouseScore(b, scale).value);
        },
      ),
    );
    expect([
      toHouseScore({ scale: 'aegis', value: 7 }),
      toHouseScore({ scale: 'aegis', value: -7 }),
      toHouseScore({ scale: 'aegis', value: Number.NaN }),
    ]).toEqual([100, 0, 0]);
  });

  it('a reader that mistook one scale for another would not see normal for ever: 0.9 of PDRI is critical, 0.9 of ours is not', () => {
    expect(bandOfScaled({ scale: 'pdri-score', value: 0.9 })).toBe('critical');
    expect(bandOfScaled({ scale: 'dmitry', value: 0.9 })).toBe('informational');
  });

  it("read the neighbours' words and write the Platform's", () => {
    expect(
      ['minimal', 'info', 'LOW', 'Medium', 'elevated', 'HIGH', 'emergency', 'constructor', 'bad'].map(bandOfWord),
    ).toEqual(['informational', 'informational', 'low', 'medium', 'medium', 'high', 'critical', undefined, undefined]);
    expect(SEVERITIES.map(platformWord)).toEqual(['LOW', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);
  });
});

describe('PDRI scoring A', () => {
  const store = {
    name: 'customer-db',
    external_neighbors: 3,
    exposing_edges: 1,
    ai_neighbors: 2,
    volume_bytes: 50_000_000,
    classification: 'confidential',
    tags: ['identity_related'],
  };

  it('gives the recorded vector', () => {
    const { exposure, sensitivity, volatility, composite, factors } = pdriScoreA(store);
    expect(factors['external_connection']).toBeCloseTo(0.35, 10);
    expect(factors['ai_integration']).toBeCloseTo(0.6667, 4);
    expect(factors['data_volume']).toBeCloseTo(0.7, 10);
    expect(exposure).toBeCloseTo(0.4461, 4);
    expect(volatility).toBe(0);
    expect(sensitivity).toBeCloseTo(0.91, 10);
    expect(composite).toBeCloseTo(0.405, 3);
    expect(bandOfScaled({ scale: 'pdri-score', value: composite })).toBe('medium');
  });

  it('cannot call anything critical without history, which is a limit of that formula', () => {
    const worst = pdriScoreA({
      ...store,
      external_neighbors: 99,
      ai_neighbors: 99,
      volume_bytes: 1e12,
      privilege_level: 'super_admin',
      is_public: true,
      tags: ['financial_related', 'health_related', 'identity_related', 'x', 'y'],
      name: 'customer patient bank',
    });
    expect(worst.exposure).toBe(1);
    expect(worst.composite).toBeLessThan(0.8);
  });

  it.each([
    [{ volume_bytes: 5_000_000 }, 'data_volume', 0.25],
    [{ volume_bytes: 100_000_000 }, 'data_volume', 1],
    [{ privilege_level: 'odd' }, 'privilege', 0.5],
    [{ privilege_level: 'write' }, 'privilege', 0.4],
    [{ has_manages_edge: true }, 'privilege', 0.8],
    [{ is_public: true }, 'public', 1],
    [{ is_internal: false }, 'public', 0.5],
  ])('with %j the factor %s is %d', (more, factor, value) => {
    expect(pdriScoreA({ ...store, ...more }).factors[factor]).toBeCloseTo(value, 10);
  });

  it('reads names, classes and tags, and averages past scores in', () => {
    const plain = { ...store, name: 'x', tags: [] };
    expect(pdriScoreA({ ...plain, classification: 'public' }).sensitivity).toBeCloseTo(0.08, 10);
    expect(pdriScoreA({ ...plain, classification: 'odd', tags: ['unknown'] }).sensitivity).toBeCloseTo(0.27, 10);
    expect(
      pdriScoreA({ ...plain, connection_change: 1, access_change: 1, past_scores: [0, 1] }).volatility,
    ).toBeCloseTo(0.85, 10);
  });
});

describe('PDRI scoring B', () => {
  const facts = {
    name: 'crm',
    external_edges: 5,
    ai_edges: 5,
    bytes_7d: 50_000_000,
    tags: [],
    edges: 4,
    new_edges_7d: 2,
    new_access_edges_7d: 3,
    confidence: 1,
  };

  it('adds its four parts', () => {
    const score = pdriScoreB({
      ...facts,
      name: 'user-db',
      classification: 'restricted',
      tags: ['a', 'b'],
      privilege_level: 'admin',
      is_public: true,
    });
    expect(score.exposure).toBeCloseTo(1.2 * (0.125 + 0.3 + 0.1 + 0.105 + 0.1), 10);
    expect(score.sensitivity).toBeCloseTo(0.24 + 0.4 + 0.18, 10);
    expect(score.volatility).toBeCloseTo(0.35, 10);
    expect(score.composite).toBeCloseTo(0.45 * score.exposure + 0.3 * score.sensitivity + 0.15 * score.volatility, 10);
  });

  it('charges a tenth for a lack of confidence, and takes internal as the class where none is known', () => {
    expect(pdriScoreB({ ...facts, confidence: 0 }).composite - pdriScoreB(facts).composite).toBeCloseTo(0.1, 10);
    expect(pdriScoreB({ ...facts, privilege_level: 'odd', edges: 0 })).toMatchObject({
      factors: { privilege: 0.3 },
      volatility: 0.2,
    });
    expect(pdriScoreB(facts).sensitivity).toBeCloseTo(0.12, 10);
  });
});

describe('cvssBase', () => {
  it.each([
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', '3.1', 9.8],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', '3.1', 10],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', '3.1', 6.1],
    ['CVSS:3.0/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N', '3.0', 1.8],
    ['CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', '3.1', 6.4],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', '3.1', 0],
    ['CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/E:P/RL:O', '3.1', 4.6],
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C', '2.0', 10],
    ['(AV:N/AC:M/Au:N/C:P/I:P/A:P)', '2.0', 6.8],
    ['AV:L/AC:L/Au:N/C:N/I:N/A:N', '2.0', 0],
  ])('%s is %s %d', (vector, version, base) => {
    expect(cvssBase(vector)).toEqual({ version, base });
  });

  it.each([
    '',
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
    'CVSS:3.1/AV:N',
    'CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    'CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:constructor/C:H/I:H/A:H',
    'x'.repeat(600),
    'AV:N:N/AC:L',
  ])('%s is no vector that it scores', (vector) => {
    expect(cvssBase(vector)).toBeNull();
  });
});

describe('withFacts', () => {
  const entity: EntityRef = { type: 'data_store', id: 'd' };
  const facts = (part: Partial<EntityFacts>): EntityFacts => ({
    entity,
    exposure: null,
    sensitivity: null,
    volatility: null,
    criticality: null,
    evidence: [],
    ...part,
  });

  it('takes the worst of each fact with its evidence, and keeps what is already there', () => {
    const input = withFacts({ id: 'i', level: 'low', volatility: 0.1 }, [
      facts({ exposure: 0.2, evidence: ['a'] }),
      facts({ exposure: 0.9, volatility: 1, evidence: ['b'] }),
      facts({ exposure: 0.9, evidence: ['a'] }),
    ]);
    expect(input).toMatchObject({ exposure: 0.9, volatility: 0.1, evidence: { exposure: ['a', 'b'] } });
    expect(input.sensitivity).toBeUndefined();
  });
});
