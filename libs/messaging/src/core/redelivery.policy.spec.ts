import { describe, expect, it } from '@jest/globals';
import { redeliveryDelayMs } from './index.ts';

describe('the wait before a refused batch comes again', () => {
  it('doubles from 0.2 to 10 seconds, however often it fails', () => {
    expect([1, 2, 3, 6, 7, 1000].map(redeliveryDelayMs)).toEqual([200, 400, 800, 6400, 10_000, 10_000]);
  });
});
