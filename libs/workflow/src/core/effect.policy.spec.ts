import { describe, expect, it } from '@jest/globals';
import { EFFECT_STATES, RUN_STATUSES } from '@dmitry/contracts';
import {
  afterAnswer,
  afterProbe,
  DEFAULT_EFFECT_TIMES as TIMES,
  isFinal,
  patience,
  runStatusOf,
} from './effect.policy.ts';

const NOW = 1_800_000_000_000;
const facts = { attempts: 1, plannedMs: NOW - 1_000, dispatchedMs: NOW - 1_000, heardMs: NOW - 1_000 };

describe('afterAnswer', () => {
  it('ends with what the other side says has happened', () => {
    expect(afterAnswer({ kind: 'confirmed', result: { id: 1 } }, facts, NOW, TIMES)).toEqual({
      state: 'confirmed',
      dueMs: null,
      result: { id: 1 },
    });
    expect(afterAnswer({ kind: 'refused', reason: 'no such target' }, facts, NOW, TIMES)).toEqual({
      state: 'refused',
      dueMs: null,
      reason: 'no such target',
    });
  });

  it.each(['accepted', 'in_progress'] as const)('keeps polling what is %s, more rarely as it takes longer', (kind) => {
    expect(afterAnswer({ kind }, facts, NOW, TIMES)).toEqual({ state: 'dispatched', dueMs: NOW + TIMES.pollMs });
    const old = { ...facts, dispatchedMs: NOW - 3_600_000 };
    expect(afterAnswer({ kind }, old, NOW, TIMES)).toEqual({ state: 'dispatched', dueMs: NOW + 60_000 });
  });

  it('never plans again what may have happened', () => {
    expect(afterAnswer({ kind: 'unknown', reason: 'timeout' }, { ...facts, attempts: 9 }, NOW, TIMES)).toMatchObject({
      state: 'unknown',
    });
  });

  it('tries again what never left, uncounted, and more rarely the longer the other side is away', () => {
    const after = (ageMs: number): number | null =>
      afterAnswer(
        { kind: 'not_sent', reason: 'breaker_open' },
        { ...facts, attempts: 99, plannedMs: NOW - ageMs },
        NOW,
        TIMES,
      ).dueMs;
    expect(after(0)).toBe(NOW + TIMES.pollMs);
    expect(after(100_000)).toBe(NOW + 25_000);
    expect(after(10_000_000)).toBe(NOW + 60_000);
    expect(afterAnswer({ kind: 'not_sent', reason: 'x' }, facts, NOW, TIMES)).toMatchObject({
      state: 'planned',
      uncounted: true,
    });
  });
});

describe('afterProbe', () => {
  it('takes a known answer as the call would have', () => {
    expect(afterProbe({ kind: 'known', answer: { kind: 'confirmed' } }, facts, NOW, TIMES).state).toBe('confirmed');
  });

  it('does not take 404 for "not done" while the request may be on its way', () => {
    const horizonMs = 120_000;
    const move = afterProbe({ kind: 'never_seen', horizonMs }, facts, NOW, TIMES);
    expect(move).toMatchObject({ state: 'unknown', dueMs: facts.dispatchedMs + horizonMs });
  });

  it('never ends the wait before not_after, however short a horizon the other side names', () => {
    const move = afterProbe({ kind: 'never_seen', horizonMs: 1 }, facts, NOW, TIMES);
    expect(move.dueMs).toBe(facts.dispatchedMs + TIMES.notAfterMs);
  });

  it('plans anew after the horizon, three times in all, and then says that it was not done', () => {
    const after = (attempts: number): string =>
      afterProbe({ kind: 'never_seen', horizonMs: 1 }, { ...facts, attempts, dispatchedMs: NOW - 30_000 }, NOW, TIMES)
        .state;
    expect([1, 2, 3].map(after)).toEqual(['planned', 'planned', 'not_done']);
  });

  it('asks a person after fifteen minutes of silence, counted from the last word and not from the dispatch', () => {
    const probe = { kind: 'no_answer', reason: 'timeout' } as const;
    const long = { ...facts, dispatchedMs: NOW - 3_600_000 };
    expect(afterProbe(probe, { ...long, heardMs: NOW - 899_999 }, NOW, TIMES)).toMatchObject({
      state: 'unknown',
      reason: 'timeout',
    });
    expect(afterProbe(probe, { ...long, heardMs: NOW - 900_000 }, NOW, TIMES)).toMatchObject({
      state: 'escalated',
      dueMs: null,
    });
  });

  it('gives what cannot be asked about to a person at once', () => {
    expect(afterProbe({ kind: 'unsupported', reason: 'unsafe' }, facts, NOW, TIMES)).toMatchObject({
      state: 'escalated',
      dueMs: null,
    });
  });
});

describe('states', () => {
  it('each have a run status, and those that end are exactly those after which nothing happens by itself', () => {
    for (const state of EFFECT_STATES) expect(RUN_STATUSES).toContain(runStatusOf(state));
    expect(EFFECT_STATES.filter(isFinal)).toEqual(['confirmed', 'refused', 'not_done', 'escalated']);
  });

  it('patience stays within its bounds, also before a clock that went back', () => {
    expect(patience(-5_000, 1_000)).toBe(1_000);
    expect(patience(Number.MAX_SAFE_INTEGER, 1_000)).toBe(60_000);
  });
});
