import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseWith, problemOf, ProblemDocument } from '@dmitry/contracts';
import { type Answer, type App, type Caller, type Fleet, openFleet, tokenFor } from '@dmitry/harness';
import { describeWithService } from '@dmitry/kit/testing';
import type { Role } from '@dmitry/contracts';
import type { TSchema } from 'typebox';
import { DocumentedTraffic } from './documented.ts';
import { untried } from './exercised.ts';

/** A suite over a gateway of its own. Nothing is there before `beforeAll`. */
export interface GatewaySuite {
  fleet: Fleet;
  gateway: App;
  /** Each call is held to the document that the gateway serves. */
  call: Caller;
  traffic: DocumentedTraffic;
  /** A token of the tenant `acme`. */
  token(roles: readonly Role[], tenant?: string): Promise<string>;
}

export const TENANT = 'acme';
export const OTHER_TENANT = 'globex';

/** A suite that needs PostgreSQL, Redis and Kafka; without one of them it is skipped by its name. */
export function describeGateway(title: string, tests: (suite: GatewaySuite) => void): void {
  describeWithService('postgres', title, (postgres) => {
    describeWithServices((redis, kafka) => {
      const suite = { token: (roles, tenant = TENANT) => tokenFor(tenant, roles) } as GatewaySuite;
      beforeAll(async () => {
        const tenants = [TENANT, OTHER_TENANT];
        suite.fleet = await openFleet({ name: 'gateway', services: { postgres, redis, kafka }, tenants });
        suite.gateway = await suite.fleet.startGateway();
        suite.traffic = new DocumentedTraffic((await suite.gateway.call('GET', '/openapi.json')).json);
        suite.call = suite.traffic.watching(suite.gateway.call);
      }, 120_000);
      afterAll(() => suite.fleet.close(), 60_000);
      describe('of the running process', () => {
        tests(suite);
      });
      it('leaves no documented operation untried, once all suites have run', () => {
        const { traffic } = suite;
        const spec = expect.getState().testPath ?? '';
        const names = traffic.operations.map(({ name }) => name);
        expect(untried(spec, traffic.exercised, names) ?? []).toEqual([]);
      });
    });
  });
}

const describeWithServices = (tests: (redis: string, kafka: string) => void): void =>
  describeWithService('redis', 'with limits', (redis) => {
    describeWithService('kafka', 'over HTTP', (kafka) => tests(redis, kafka));
  });

/** Stacks, paths and statements: nothing of it belongs into an answer. */
const INSIDE = /\bat .+:\d+:\d+|node_modules|SELECT |password/i;

/** The code of a problem document (RFC 9457). Anything else that an answer is, is said instead. */
export function problemIn(answer: Answer): string {
  const parsed = parseWith(ProblemDocument, answer.json);
  if (!parsed.ok) return `no problem document: ${answer.status} ${answer.text}`;
  const { code, status } = parsed.value;
  if (status !== answer.status || problemOf(code).status !== status) return `${code} with status ${answer.status}`;
  if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) return `${code} as another type`;
  return INSIDE.test(answer.text) ? `${code} shows the inside: ${answer.text}` : code;
}

/** What of a body is not as its schema says. */
export function shapeFaults(schema: TSchema, answer: Answer): readonly unknown[] {
  const parsed = parseWith(schema, answer.json);
  return parsed.ok ? [] : [answer.text, ...parsed.faults];
}
