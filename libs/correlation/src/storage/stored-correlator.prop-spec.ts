import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '@dmitry/kit/memory';
import { SystemClock } from '@dmitry/kit/node';
import type { Database } from '@dmitry/storage';
import { openTestDatabase } from '@dmitry/storage/testing';
import { actor, eventOf, target } from '../../test/support/events.ts';
import { compileRules, type CorrelationEvent, createFold, type FindingDraft } from '../core/index.ts';
import { correlationMigrations, createStoredCorrelator } from './index.ts';

const RULES = `
title: A
name: a
level: high
detection: { s: { kind: a }, condition: s }
dmitry: { window: 60s }
---
title: B
name: b
level: medium
detection: { s: { kind: b }, condition: s }
---
title: Both
correlation: { type: temporal, rules: [a, b], group-by: [who], timespan: 45s, generate: true }
`;
const ruleset = compileRules([RULES]);
const options = { risk: { threshold: 60 } };

const events = fc
  .uniqueArray(
    fc.record({ kind: fc.constantFrom('a', 'b', 'c'), who: fc.constantFrom('x', 'y'), at: fc.nat({ max: 120 }) }),
    { minLength: 1, maxLength: 24, selector: ({ kind, who, at }) => `${kind}${who}${at}` },
  )
  .map((list) =>
    list.map(({ kind, who, at }) =>
      eventOf(`${kind}${who}${at}`, at * 1_000, { kind, who }, [actor(who), target(`store-${who}`)]),
    ),
  );

/** What stands after answers in order: the last digest of each finding that was not taken back. */
function standing(answers: readonly { findings: readonly FindingDraft[]; retracted: readonly string[] }[]) {
  const all = new Map<string, string>();
  for (const { findings, retracted } of answers) {
    for (const id of retracted) all.delete(id);
    for (const { id, digest } of findings) all.set(id, digest);
  }
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1));
}

const inBatches = (list: readonly CorrelationEvent[], size: number) =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));

describe('StoredCorrelator', () => {
  let database: Database;
  const correlator = createStoredCorrelator({ ruleset, clock: new SystemClock(), ...options });
  beforeAll(async () => {
    database = await openTestDatabase(correlationMigrations);
  });
  afterAll(() => database.close());

  const run = async (tenant: string, batches: readonly (readonly CorrelationEvent[])[]) => {
    const answers = [];
    for (const batch of batches) answers.push(await database.tenant(tenant, (tx) => correlator.fold(tx, batch)));
    return standing(answers);
  };

  it('finds in the database, batch by batch and in any order, what the fold finds in memory at once (P6)', async () => {
    let serial = 0;
    const orders = fc.tuple(events, fc.integer({ min: 1, max: 7 })).chain(([list, size]) =>
      fc.record({
        list: fc.constant(list),
        size: fc.constant(size),
        shuffled: fc.shuffledSubarray(list, { minLength: list.length }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(orders, async ({ list, size, shuffled }) => {
        const tenant = `t${serial++}`;
        const fold = createFold(ruleset, { ...options, tenant });
        const expected = standing([fold.observe(fold.empty(), list)]);
        expect(await run(tenant, inBatches(shuffled, size))).toEqual(expected);
        // everything once more: nothing is counted twice
        expect(await run(tenant, [list])).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it("keeps one tenant's cells and watermark from another's (P7)", async () => {
    const seen = [eventOf('1', 5_000, { kind: 'a', who: 'x' }, [actor('x')])];
    await run('left', [seen]);
    await database.tenant('right', async (tx) => {
      expect(await correlator.watermark(tx)).toEqual({ watermarkMs: 0, arrivedMs: 0 });
      expect(await tx.query('select key from correlation_cells')).toEqual([]);
    });
    const mark = await database.tenant('left', (tx) => correlator.watermark(tx));
    expect(mark.watermarkMs).toBe(5_000);
    expect(mark.arrivedMs).toBeGreaterThan(0);
  });

  it('does not lose an event when two transactions meet on a new cell', async () => {
    const one = [eventOf('1', 1_000, { kind: 'a', who: 'x' }, [actor('x')])];
    const two = [eventOf('2', 2_000, { kind: 'a', who: 'x' }, [actor('x')])];
    const answers = await Promise.all(
      [one, two].map((batch) => database.tenant('meet', (tx) => correlator.fold(tx, batch))),
    );
    const counts = answers.flatMap(({ findings }) => findings.map(({ count }) => count));
    expect(Math.max(...counts)).toBe(2);
  });

  it('forgets a cell once it is old by event time and by the clock, and by neither of them alone', async () => {
    const day = 86_400_000;
    const clock = new ManualClock(0);
    const forgetful = createStoredCorrelator({ ruleset, clock, ...options });
    const see = async (id: string, atMs: number, who: string) => {
      await database.tenant('forget', (tx) =>
        forgetful.fold(tx, [eventOf(id, atMs, { kind: 'a', who }, [actor(who)])]),
      );
      const left = await database.tenant('forget', (tx) =>
        tx.query<{ cell: { items: { i: string }[] } }>(`select cell from correlation_cells where kind = 'cell'`),
      );
      return [...new Set(left.flatMap(({ cell }) => cell.items.map(({ i }) => i)))].sort();
    };
    expect(await see('1', 1_000, 'x')).toEqual(['1']);
    await clock.advance(120_000);
    expect(await see('2', 4_000_000 * day, 'y')).toEqual(['1', '2']); // an event from far ahead closes nobody's window
    await clock.advance(3 * day);
    expect(await see('3', 2_000, 'z')).toEqual(['2', '3']); // read late: it may still be joined, while its backlog is read
  });
});
