import { describe, expect, it } from '@jest/globals';
import type { ExecuteActionRequest } from '@dmitry/contracts';
import type { CallContext } from '@dmitry/outbound';
import type { PlatformClient } from '@dmitry/platform-client';
import { PlatformEffectExecutor } from './index.ts';

type Answers = Partial<{
  execute: Awaited<ReturnType<PlatformClient['execute']>>;
  probe: Awaited<ReturnType<PlatformClient['probe']>>;
}>;

/** A Platform that answers as told and remembers what it was asked. */
function platform(answers: Answers): { executor: PlatformEffectExecutor; asked: unknown[][] } {
  const asked: unknown[][] = [];
  const answer =
    (value: unknown) =>
    (...args: unknown[]) => {
      asked.push(args);
      return Promise.resolve(value as never);
    };
  const client = { execute: answer(answers.execute), probe: answer(answers.probe) };
  return { executor: new PlatformEffectExecutor(client), asked };
}

const context = { tenant: 'acme' } as CallContext;
const request = { action_type: 'block_access' } as ExecuteActionRequest;

describe('PlatformEffectExecutor', () => {
  it('sends the effect under its key and leaves the record to the worker, whose transactions hold it', async () => {
    const { executor, asked } = platform({ execute: { kind: 'confirmed', result: { id: 7 }, entry: '' } });
    expect(await executor.execute(context, 'key', request)).toEqual({ kind: 'confirmed', result: { id: 7 } });
    expect(asked).toEqual([[context, 'key', request, { recorded: true }]]);
  });

  it.each(['unknown', 'not_sent'] as const)('keeps %s apart from every other answer', async (kind) => {
    const { executor } = platform({ execute: { kind, reason: 'timeout', entry: '' } });
    expect(await executor.execute(context, 'key', request)).toEqual({ kind, reason: 'timeout' });
  });

  it('passes on what a probe knows, that it was never seen with the horizon, and silence', async () => {
    const probes = [
      [
        { kind: 'known', answer: { kind: 'in_progress', entry: 'e' }, entry: 'e' },
        { kind: 'known', answer: { kind: 'in_progress' } },
      ],
      [
        { kind: 'never_seen', horizonMs: 90_000, entry: 'e' },
        { kind: 'never_seen', horizonMs: 90_000 },
      ],
      [
        { kind: 'no_answer', reason: 'timeout', entry: 'e' },
        { kind: 'no_answer', reason: 'timeout' },
      ],
    ] as const;
    for (const [probe, expected] of probes)
      expect(await platform({ probe }).executor.probe(context, 'key')).toEqual(expected);
  });
});
