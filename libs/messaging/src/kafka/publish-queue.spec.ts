import { describe, expect, it } from '@jest/globals';
import { busUnavailable, type OutgoingRecord } from '../core/index.ts';
import { PublishQueue } from './publish-queue.ts';

const record = (key: string, size = 1): OutgoingRecord => ({
  topic: 't',
  key,
  value: new Uint8Array(size),
  headers: {},
});
const keysOf = (records: readonly OutgoingRecord[]): string[] => records.map(({ key }) => key);

/** A bus that notes its requests and fails where told. */
function scripted(fails: (keys: string[], request: number) => Error | undefined = () => undefined) {
  const requests: string[][] = [];
  const queue = new PublishQueue((records) => {
    const error = fails(keysOf(records), requests.push(keysOf(records)));
    return error ? Promise.reject(error) : Promise.resolve();
  });
  return { queue, requests };
}

describe('the publish queue', () => {
  it('sends calls that come together in one request, in their order', async () => {
    const { queue, requests } = scripted();
    await Promise.all(['1', '2', '3'].map((key) => queue.add([record(key)])));
    expect(requests).toEqual([['1', '2', '3']]);
  });

  it('resolves a call of nothing without a request', async () => {
    const { queue, requests } = scripted();
    await queue.add([]);
    await queue.idle();
    expect(requests).toEqual([]);
  });

  it('divides what is more than a request takes, and sends a record that fills one alone', async () => {
    const { queue, requests } = scripted();
    await Promise.all([
      queue.add([record('1', 500_000), record('2', 500_000)]),
      queue.add([record('3', 990_000), record('4')]),
    ]);
    expect(requests).toEqual([['1'], ['2'], ['3'], ['4']]);
  });

  it('fails only the call whose record is refused', async () => {
    const refused = new Error('bad record');
    const { queue } = scripted((keys) => (keys.includes('bad') ? refused : undefined));
    const [before, bad, after] = await Promise.allSettled(['1', 'bad', '2'].map((key) => queue.add([record(key)])));
    expect([before?.status, after?.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(bad).toEqual({ status: 'rejected', reason: refused });
  });

  it('fails all calls at once when the bus does not answer, without asking for each', async () => {
    const { queue, requests } = scripted(() => busUnavailable());
    const outcomes = await Promise.allSettled(['1', '2'].map((key) => queue.add([record(key)])));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(requests).toHaveLength(1);
  });

  // the rest would overtake what failed, and a retry of the call would bring its key out of order
  it('sends nothing more of a call after a part of it failed', async () => {
    const { queue, requests } = scripted((_, request) => (request === 1 ? new Error('first part') : undefined));
    await expect(queue.add([record('1', 600_000), record('2', 600_000)])).rejects.toThrow('first part');
    await queue.add([record('3')]);
    expect(requests).toEqual([['1'], ['3']]);
  });
});
