import { afterEach, describe, expect, it } from '@jest/globals';
import type { JobDispatcher, JobId } from '../core/index.ts';

const job = (key: string): JobId => ({ tenant: 'acme', kind: 'run', key });

/** A promise and what resolves it. */
function signal(): { readonly promise: Promise<void>; readonly fire: () => void } {
  let fire = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return { promise, fire };
}

/** What every dispatcher promises: little, since the journal decides. `open` gives one whose queue is empty. */
export function describeJobDispatcherContract(title: string, open: () => Promise<JobDispatcher>): void {
  let opened: JobDispatcher[] = [];
  const make = async (): Promise<JobDispatcher> => {
    const dispatcher = await open();
    opened.push(dispatcher);
    return dispatcher;
  };
  afterEach(async () => {
    await Promise.all(opened.map((each) => each.close()));
    opened = [];
  });

  describe(`${title}: dispatch`, () => {
    it('hands over ids alone, whatever else was in the object', async () => {
      const dispatcher = await make();
      const got = new Promise<JobId>((resolve) => {
        void dispatcher.start(async (id) => resolve(id));
      });
      await dispatcher.enqueue({ ...job('a'), fence: 7 } as JobId);
      expect(await got).toMatchObject(job('a'));
    });

    it('works on different jobs at once, and on one job once at a time', async () => {
      const dispatcher = await make();
      const [begun, other, gate] = [signal(), signal(), signal()];
      const seen: string[] = [];
      await dispatcher.start(async ({ key }) => {
        seen.push(key);
        if (key === 'other') return other.fire();
        begun.fire();
        await gate.promise;
      });
      await dispatcher.enqueue(job('slow'));
      await begun.promise;
      await dispatcher.enqueue(job('slow')); // doubled: collapses into the one in flight
      await dispatcher.enqueue(job('other'));
      await other.promise;
      expect(seen).toEqual(['slow', 'other']);
      gate.fire();
    });

    it('takes a job again once it was done, and goes on after one that rejects', async () => {
      const dispatcher = await make();
      const calls: string[] = [];
      await dispatcher.start(async ({ key }) => {
        calls.push(key);
        if (calls.length === 1) throw new Error('a worker that rejects');
      });
      // The end of the first is not seen from outside: it is offered, as by the looks at the journal, until it is taken.
      while (calls.length < 2) {
        await dispatcher.enqueue(job('again'));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(new Set(calls)).toEqual(new Set(['again']));
    });

    it('waits for what is in flight when it closes', async () => {
      const dispatcher = await make();
      const [begun, gate] = [signal(), signal()];
      let finished = false;
      await dispatcher.start(async () => {
        begun.fire();
        await gate.promise;
        finished = true;
      });
      await dispatcher.enqueue(job('last'));
      await begun.promise;
      const closing = dispatcher.close();
      gate.fire();
      await closing;
      expect(finished).toBe(true);
    });
  });
}
