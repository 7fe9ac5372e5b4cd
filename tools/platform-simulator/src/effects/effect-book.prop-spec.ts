import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '@dmitry/kit/memory';
import { Worlds } from '../worlds.ts';
import { effectOf, START_MS, toolReads } from '../../test/support/harness.ts';
import { EffectBook } from './effect-book.ts';
import { memoryEffectStore } from './effect-log.ts';

const TENANTS = ['acme', 'globex'];
const ACTIONS = ['block_access', 'quarantine', 'rate_limit', 'alert'];

/** A call: whose, which of a few actions, under the key of which of them, and what is asked. */
const call = fc.record({
  tenant: fc.constantFrom(...TENANTS),
  action: fc.nat(ACTIONS.length - 1),
  keyOf: fc.nat(ACTIONS.length - 1),
  verb: fc.constantFrom('put', 'put', 'put', 'probe', 'undo', 'advance'),
  answer: fc.constantFrom('confirmed', 'accepted', 'in_progress'),
});

function world() {
  const clock = new ManualClock(START_MS);
  const book = new EffectBook(memoryEffectStore, clock);
  const worlds = new Worlds((tenant) => book.list(tenant));
  for (const tenant of TENANTS) worlds.of(tenant).pdri.ingest(toolReads(), START_MS);
  return { clock, book, worlds };
}
const effect = (tenant: string, at: number) =>
  effectOf({ action_type: ACTIONS[at] as string, target: { type: 'ai_tool', id: 'ai:notetaker' } }, { tenant });

describe('effects', () => {
  it('act at most once per key, and exactly once when confirmed, in any order of calls', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
        const { book, worlds } = world();
        const digests = new Map<string, string>();
        for (const { tenant, action, keyOf, verb, answer } of calls) {
          const one = worlds.of(tenant);
          const { key } = effect(tenant, keyOf);
          const { body } = effect(tenant, action);
          book.answer = { first: answer, polls: 1 };
          if (verb === 'probe' || verb === 'advance') book.probe(one, key);
          else if (verb === 'undo')
            book.undo(one, key, { undo_key: `u${key.slice(1)}`, decision_ref: body.decision_ref });
          else {
            const outcome = book.execute(one, key, body);
            const first = digests.get(tenant + key);
            expect(outcome.kind).toBe(first === undefined || first === body.action_digest ? 'answered' : 'conflict');
            digests.set(tenant + key, first ?? body.action_digest);
          }
        }
        for (const record of book.list()) {
          expect(record.acts).toBe(record.status === 'confirmed' ? 1 : 0);
        }
        const keys = book.list().map((record) => `${record.tenant} ${record.effect_key}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 150 },
    );
  });

  it('of one tenant leave the graph, the scores and the log of another as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(ACTIONS.length - 1), { maxLength: 10 }), (actions) => {
        const { book, worlds } = world();
        const other = () =>
          JSON.stringify([
            worlds.of('globex').pdri.graph.edges(),
            worlds
              .of('globex')
              .pdri.ranked()
              .map((one) => one.score),
          ]);
        const before = other();
        for (const at of actions) {
          const { key, body } = effect('acme', at);
          book.execute(worlds.of('acme'), key, body);
        }
        expect(other()).toBe(before);
        expect(book.list('globex')).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('that are undone give the graph back, edge for edge', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(['block_access', 'isolate_entity', 'quarantine', 'shutdown_service']),
        (actions) => {
          const { book, worlds } = world();
          const one = worlds.of('acme');
          const state = () =>
            one.pdri.graph
              .edges()
              .map((edge) => edge.id)
              .sort();
          const before = state();
          const done = actions.map((action_type) =>
            effectOf({ action_type, target: { type: 'ai_tool', id: 'ai:notetaker' } }),
          );
          for (const { key, body } of done) book.execute(one, key, body);
          for (const { key, body } of done.reverse())
            book.undo(one, key, { undo_key: `u${key.slice(1)}`, decision_ref: body.decision_ref });
          expect(state()).toEqual(before);
        },
      ),
      { numRuns: 50 },
    );
  });
});
