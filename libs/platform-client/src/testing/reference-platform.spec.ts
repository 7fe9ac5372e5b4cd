import { SystemClock } from '@dmitry/kit/node';
import { createReferencePlatform, describePlatformContract } from './index.ts';

const clock = new SystemClock();
describePlatformContract(
  'reference',
  async () => createReferencePlatform(clock),
  () => clock.now(),
);
