import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HealthIndicator, IndicatorKind } from '../core/index.ts';

/** An indicator whose dependency answers at first. */
export interface IndicatorSubject {
  readonly indicator: HealthIndicator;
  /** Makes the dependency stop answering: close the connection, point it at a dead port. */
  breakDependency(): Promise<void> | void;
  close(): Promise<void> | void;
}

/** The suite that every indicator passes, whatever it watches. */
export function describeHealthIndicatorContract(
  title: string,
  kind: IndicatorKind,
  makeSubject: () => Promise<IndicatorSubject> | IndicatorSubject,
): void {
  describe(`health indicator: ${title}`, () => {
    let subject: IndicatorSubject;
    const check = (signal = new AbortController().signal) => subject.indicator.check(signal);
    /** A rejection and `up: false` mean the same to the reporter. */
    const isUp = () =>
      check().then(
        ({ up }) => up,
        () => false,
      );

    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(() => subject.close());

    it('has a snake_case name, which is its key in the body of /health', () => {
      expect(subject.indicator.name).toMatch(/^[a-z][a-z0-9_]*$/);
    });

    it(`says that it is ${kind}: that decides whether its trouble takes a replica out`, () => {
      expect(subject.indicator.kind).toBe(kind);
    });

    it('is up while the dependency answers', async () => {
      await expect(check()).resolves.toMatchObject({ up: true });
    });

    it('is down once the dependency has stopped, and says so again when asked again', async () => {
      await subject.breakDependency();
      expect([await isUp(), await isUp()]).toEqual([false, false]);
    });

    it('tells no address and no secret in its detail, which strangers read', async () => {
      await subject.breakDependency();
      const { detail } = await check().catch(() => ({ detail: undefined }));
      expect(detail ?? '').not.toMatch(/:\/\/|\b\d{1,3}(\.\d{1,3}){3}\b|password/i);
    });
  });
}
