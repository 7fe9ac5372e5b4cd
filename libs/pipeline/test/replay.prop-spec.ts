import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isDmitryError } from '@dmitry/kit';
import fc from 'fast-check';
import { replayRecording } from '../src/core/index.ts';
import { guard, openRecordedWorld, recordRun } from './support/recorded-run.ts';
import { bytesOf, parsed } from './support/recording-edits.ts';
import { exportEvent, type World } from './support/world.ts';

let world: World;
let lines: readonly string[];
beforeAll(async () => {
  world = await openRecordedWorld();
  await world.pipeline.recorder.record(
    'acme',
    [9, 80, 81, 300, 301].map((n) => ({ record: exportEvent(n, { identity_id: `identity:${n % 3}` }) })),
  );
  lines = await recordRun(world, 'acme');
}, 60_000);
afterAll(() => world.database.close());

const replay = (bytes: Iterable<Uint8Array>) => replayRecording(bytes, { guard });

describe('a replay', () => {
  it('comes to the same state in whatever order the events arrived (P6)', async () => {
    const inOrder = await replay(bytesOf(lines));
    expect(inOrder.divergences).toEqual([]);
    const from = lines.findIndex((line) => parsed(line).kind === 'event');
    const events = lines.filter((line) => parsed(line).kind === 'event');
    expect(events.length).toBeGreaterThan(8);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(events, { minLength: events.length }), async (shuffled) => {
        const recording = lines.toSpliced(from, events.length, ...shuffled);
        expect(await replay(bytesOf(recording))).toEqual(inOrder);
      }),
      { numRuns: 30 },
    );
  });

  it('of arbitrary bytes is a coded fault, never a crash and never a yes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), async (chunks) => {
        const outcome = await replay(chunks).catch((error: unknown) => error);
        expect(isDmitryError(outcome) ? outcome.code : outcome).toBe('pipeline.recording_invalid');
      }),
      { numRuns: 100 },
    );
  });

  it('of a recording with any byte changed is a report or a coded fault, never a crash', async () => {
    const whole = Buffer.concat([...bytesOf(lines)]);
    const place = fc.record({ at: fc.nat({ max: whole.length - 1 }), to: fc.nat({ max: 255 }) });
    await fc.assert(
      fc.asyncProperty(place, async ({ at, to }) => {
        const outcome = await replay([whole.subarray(0, at), Uint8Array.of(to), whole.subarray(at + 1)]).catch(
          (error: unknown) => error,
        );
        const told = isDmitryError(outcome) ? outcome.code : Object.keys(outcome as object).join(' ');
        expect(told).toMatch(/^(pipeline\.recording_invalid|state_digest divergences)$/);
      }),
      { numRuns: 100 },
    );
  });
});
