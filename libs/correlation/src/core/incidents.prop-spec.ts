import { type EntityRef, SEVERITIES, sha256Hex } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type GroupableFinding, groupIncidents } from './index.ts';

const entity = (id: string): EntityRef => ({ type: 'identity', id });
const findingOf = (n: number, part: Partial<GroupableFinding> = {}): GroupableFinding => ({
  id: sha256Hex(`f${n}`),
  rule: { id: `r${n % 3}`, title: 'r' },
  title: `finding ${n}`,
  level: 'medium',
  techniques: [],
  entities: [],
  firstMs: 0,
  lastMs: 0,
  ...part,
});
const findings = fc
  .array(
    fc.record({
      level: fc.constantFrom(...SEVERITIES),
      first: fc.nat(50),
      length: fc.nat(5),
      ids: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { maxLength: 3 }),
      techniques: fc.uniqueArray(fc.constantFrom('T1', 'T2', 'T3')),
      tactics: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
    }),
    { maxLength: 14 },
  )
  .map((list) =>
    list.map(({ first, length, ids, ...rest }, n) =>
      findingOf(n, { ...rest, entities: ids.map(entity), firstMs: first * 1_000, lastMs: (first + length) * 1_000 }),
    ),
  );
const options = { tenant: 't', linkMs: 4_000 };

/** Whether two findings belong together directly: a common entity, and at most the link time between them. */
const linked = (a: GroupableFinding, b: GroupableFinding) =>
  a.entities.some((one) => b.entities.some((other) => one.id === other.id)) &&
  Math.max(a.firstMs, b.firstMs) - Math.min(a.lastMs, b.lastMs) <= options.linkMs;

describe('groupIncidents', () => {
  it('is the same for every order of the findings', () => {
    fc.assert(
      fc.property(
        findings.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
        ),
        ([list, other]) => {
          expect(groupIncidents(other, options)).toEqual(groupIncidents(list, options));
        },
      ),
    );
  });

  it('puts every finding into exactly one incident, and two that are linked into the same', () => {
    fc.assert(
      fc.property(findings, (list) => {
        const incidents = groupIncidents(list, options);
        expect(incidents.flatMap((incident) => incident.findings).sort()).toEqual(
          list.map((finding) => finding.id).sort(),
        );
        const home = new Map(incidents.flatMap((incident) => incident.findings.map((id) => [id, incident.id])));
        for (const a of list) for (const b of list) if (linked(a, b)) expect(home.get(a.id)).toBe(home.get(b.id));
      }),
    );
  });

  it('ranks by score, never below its worst finding, within 0 to 100, and says why', () => {
    fc.assert(
      fc.property(findings, (list) => {
        const incidents = groupIncidents(list, options);
        expect(incidents.map((incident) => incident.rank)).toEqual(incidents.map((_, at) => at + 1));
        for (const [at, incident] of incidents.entries()) {
          expect(incident.score).toBeLessThanOrEqual(incidents[at - 1]?.score ?? 100);
          const worst = Math.max(
            ...list
              .filter((finding) => incident.findings.includes(finding.id))
              .map((finding) => SEVERITIES.indexOf(finding.level) * 20),
          );
          expect(incident.score).toBeGreaterThanOrEqual(worst);
          expect(incident.reason.length).toBeGreaterThanOrEqual(2);
        }
      }),
    );
  });

  it('takes a score where a finding has one, and does not link through a hub', () => {
    const list = [0, 1, 2].map((n) => findingOf(n, { entities: [entity('hub')], score: n * 10 }));
    expect(groupIncidents(list, options)).toHaveLength(1);
    expect(groupIncidents(list, { ...options, maxFindingsPerEntity: 2 })).toMatchObject([
      { score: 20 },
      { score: 10 },
      { score: 0 },
    ]);
  });

  it('does not grow with a rule that merely repeats itself', () => {
    const of = (count: number) =>
      groupIncidents(
        Array.from({ length: count }, (_, n) => findingOf(n * 3, { entities: [entity('x')] })),
        options,
      )[0]?.score;
    expect(of(50)).toBe(of(2));
  });

  it('takes one incident of more findings than a call takes arguments', () => {
    const chain = Array.from({ length: 150_000 }, (_, n) =>
      findingOf(n, {
        id: `f${n}`,
        entities: [entity(`e${Math.floor(n / 2)}`), entity(`e${Math.ceil(n / 2)}`)],
        firstMs: n,
        lastMs: n,
      }),
    );
    const [incident, ...others] = groupIncidents(chain, options);
    expect([incident?.firstMs, incident?.lastMs, others.length]).toEqual([0, 149_999, 0]);
  });
});
