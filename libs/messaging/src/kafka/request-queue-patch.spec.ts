import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
// @ts-expect-error -- kafkajs describes only its front door
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { patchRequestQueue } from './request-queue-patch.ts';

interface Queue {
  throttledUntil: number;
  pending: unknown[];
  throttleCheckTimeoutId: unknown;
  checkPendingRequests: () => void;
  scheduleCheckPendingRequests(): void;
}

const newQueue = (state: Partial<Queue>): Queue =>
  Object.assign(Object.create((RequestQueue as { prototype: object }).prototype) as Queue, {
    throttledUntil: -1,
    pending: [],
    throttleCheckTimeoutId: null,
    checkPendingRequests: jest.fn(),
    ...state,
  });

describe('the patched request queue', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    patchRequestQueue();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('arms no timer on an idle connection', () => {
    newQueue({}).scheduleCheckPendingRequests();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('looks again soon while requests wait, once', () => {
    const queue = newQueue({ pending: ['request'] });
    queue.scheduleCheckPendingRequests();
    queue.scheduleCheckPendingRequests();
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(10);
    expect(queue.checkPendingRequests).toHaveBeenCalledTimes(1);
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  it('looks again when the broker’s throttling is over', () => {
    const queue = newQueue({ throttledUntil: Date.now() + 500 });
    queue.scheduleCheckPendingRequests();
    jest.advanceTimersByTime(499);
    expect(queue.checkPendingRequests).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(queue.checkPendingRequests).toHaveBeenCalledTimes(1);
  });
});
