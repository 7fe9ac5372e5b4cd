import { SystemClock } from '@dmitry/kit/node';
import { describeEventBusContract } from '../testing/index.ts';
import { MemoryEventBus } from './index.ts';

describeEventBusContract('in memory', () => {
  const partitions = new Map<string, number>();
  return Promise.resolve({
    open: () =>
      Promise.resolve(
        new MemoryEventBus({ clock: new SystemClock(), partitions: (topic) => partitions.get(topic) ?? 4 }),
      ),
    createTopic: (name, count) => {
      partitions.set(name, count);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});
