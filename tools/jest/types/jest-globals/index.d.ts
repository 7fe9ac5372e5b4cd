// The globals that a README fence sees when it runs as a test.
import type * as runner from '@jest/globals';

declare global {
  const expect: typeof runner.expect;
  const jest: typeof runner.jest;
}
