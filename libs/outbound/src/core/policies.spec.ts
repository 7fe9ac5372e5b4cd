import { describe, expect, it } from '@jest/globals';
import { type CallEnd, outcomeOf, type RequestKind, resultOf, retryAfterMs, scrubSecrets } from './index.ts';

const reply = (status: number): CallEnd => ({ kind: 'reply', status, body: null, headers: {} });
const failed = (reason: 'timeout' | 'reset' | 'too_large' | 'aborted' | 'breaker_open', left: boolean): CallEnd => ({
  kind: 'failed',
  reason,
  left,
});

describe('what a call ended as', () => {
  it.each<[string, CallEnd, RequestKind, string, string]>([
    ['an answer', reply(204), 'unsafe', 'ok', 'success'],
    ['a redirect, which is not followed', reply(302), 'read', 'refused', 'refused'],
    ['a refusal', reply(409), 'keyed', 'refused', 'refused'],
    ['a server error of a read', reply(500), 'read', 'unavailable', 'error'],
    ['a server error of an effect', reply(500), 'keyed', 'unknown', 'error'],
    ['a timeout of a read', failed('timeout', true), 'read', 'unavailable', 'timeout'],
    ['a timeout of an effect', failed('timeout', true), 'unsafe', 'unknown', 'timeout'],
    ['a caller that gave up on an effect', failed('aborted', true), 'keyed', 'unknown', 'timeout'],
    ['an effect whose answer was too large', failed('too_large', true), 'keyed', 'unknown', 'error'],
    ['an effect that never left', failed('breaker_open', false), 'keyed', 'unavailable', 'not_sent'],
  ])('%s is %s for its kind', (_what, end, kind, result, outcome) => {
    expect(resultOf(end, kind, 'e', 1)).toMatchObject({ kind: result, entry: 'e', latencyMs: 1 });
    expect(outcomeOf(end, { latencyMs: 1, attempts: 1 })).toMatchObject({ status: outcome, latencyMs: 1, attempts: 1 });
  });

  it('keeps the status that came before a failure', () => {
    expect(
      outcomeOf({ kind: 'failed', reason: 'malformed', left: true, status: 200 }, { latencyMs: 1, attempts: 1 }),
    ).toMatchObject({
      status: 'error',
      httpStatus: 200,
      response: { reason: 'malformed' },
    });
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['120', 120_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:30 GMT', 0],
    ['soon', 0],
    [undefined, 0],
  ])('reads %s as %s ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

describe('scrubbing', () => {
  it.each([
    ['Authorization: Bearer abc.def-123 failed', 'Authorization: *** *** failed'],
    ['401 for Bearer sk-live-1', '401 for Bearer ***'],
    ['got eyJhbGciOi.eyJzdWIi.c2ln back', 'got *** back'],
    ['GET /x?api_key=k1&entity_id=e1&page=2', 'GET /x?api_key=***&entity_id=***&page=2'],
    ['{"password":"hunter2","user":"x"}', '{"password":"***","user":"x"}'],
    ['connect http://user:pw@host:9000/x', 'connect http://***@host:9000/x'],
    ['nothing to hide', 'nothing to hide'],
  ])('masks %s', (text, masked) => {
    expect(scrubSecrets(text)).toBe(masked);
  });
});
