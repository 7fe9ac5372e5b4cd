import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { parseWith, problemOf, ProblemDocument } from '@dmitry/contracts';
import { type Answer, type App, type Caller, type Fleet, openFleet, tokenFor } from '@dmitry/harness';
import { describeWithService } from '@dmitry/kit/testing';
import type { Role } from '@dmitry/contracts';
import type { TSchema } from 'typebox';

/** A suite over a gateway of its own. Nothing is there before `beforeAll`. */
export interface GatewaySuite {
  fleet: Fleet;
  gateway: App;
  call: Caller;
  /** A token of the tenant `acme`. */
  token(roles: readonly Role[], tenant?: string): Promise<string>;
}

export const TENANT = 'acme';
export const OTHER_TENANT = 'globex';

/** A suite that needs PostgreSQL and Kafka; without one of them it is skipped by its name. */
export function describeGateway(title: string, tests: (suite: GatewaySuite) => void): void {
  describeWithService('postgres', title, (postgres) => {
    describeWithService('kafka', 'over HTTP', (kafka) => {
      const suite = { token: (roles, tenant = TENANT) => tokenFor(tenant, roles) } as GatewaySuite;
      beforeAll(async () => {
        const redis = 'redis://127.0.0.1:1/0'; // the gateway has no job queue
        const tenants = [TENANT, OTHER_TENANT];
        suite.fleet = await openFleet({ name: 'gateway', services: { postgres, redis, kafka }, tenants });
        suite.gateway = await suite.fleet.startGateway();
        suite.call = suite.gateway.call;
      }, 120_000);
      afterAll(() => suite.fleet.close(), 60_000);
      describe('of the running process', () => tests(suite));
    });
  });
}

/** The answer is the problem document (RFC 9457) of a code, and shows nothing of the inside. */
export function expectProblem(answer: Answer, code: string): void {
  expect(answer.json).toMatchObject({ code, status: problemOf(code).status });
  expect(answer.status).toBe(problemOf(code).status);
  expect(parseWith(ProblemDocument, answer.json)).toMatchObject({ ok: true });
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.text).not.toMatch(/\bat .+:\d+:\d+|node_modules|SELECT |password/i);
}

/** The body has the declared shape. */
export function expectShape(schema: TSchema, answer: Answer): void {
  expect({ status: answer.status, parsed: parseWith(schema, answer.json) }).toEqual({
    status: answer.status,
    parsed: { ok: true, value: answer.json },
  });
}
