import { afterAll, beforeAll, describe } from '@jest/globals';
import { type App, type Fleet, incidentEvents, openFleet, type TenantView, tenantView } from '@dmitry/harness';
import { describeWithService } from '@dmitry/kit/testing';

/** Both apps, the simulator, and real PostgreSQL, Redis and Kafka. Nothing is there before `beforeAll`. */
export interface Suite {
  fleet: Fleet;
  gateway: App;
  orchestrator: App;
  view(tenant: string): TenantView;
  /** Gives records to PDRI and to the tenant's topic, and waits for what comes of them. */
  feed(tenant: string, options?: FeedOptions): Promise<TenantView>;
}

export interface FeedOptions {
  /** @default the example incident */
  readonly records?: readonly unknown[];
  /** In which order, and what twice. @default as they are */
  readonly arrange?: (events: readonly unknown[]) => readonly unknown[];
  /** Done once PDRI knows the events and Kafka does not. */
  readonly before?: () => Promise<void>;
}

export interface SuiteOptions {
  readonly tenants: readonly string[];
  /** Settings of both apps; the simulator's address is known by then. */
  readonly env?: (fleet: Fleet) => Readonly<Record<string, string>>;
  readonly simulatorEnv?: Readonly<Record<string, string>>;
}

/** A suite that needs all three services; without one of them it is skipped by its name. */
export function describeOrchestrator(title: string, options: SuiteOptions, tests: (suite: Suite) => void): void {
  describeWithService('postgres', title, (postgres) => {
    describeWithService('redis', 'on real services', (redis) => {
      describeWithService('kafka', 'from Kafka', (kafka) => {
        const suite = {} as Suite;
        beforeAll(() => start(suite, options, { postgres, redis, kafka }), 120_000);
        afterAll(() => suite.fleet.close(), 60_000);
        describe('as processes', () => {
          tests(suite);
        });
      });
    });
  });
}

async function start(suite: Suite, options: SuiteOptions, services: Parameters<typeof openFleet>[0]['services']) {
  const { tenants, env, simulatorEnv = {} } = options;
  suite.fleet = await openFleet({ name: 'orchestrator', services, tenants, simulatorEnv });
  const settings = env?.(suite.fleet) ?? {};
  suite.orchestrator = await suite.fleet.startOrchestrator(settings);
  suite.gateway = await suite.fleet.startGateway(settings);
  suite.view = (tenant) => tenantView(suite.fleet, suite.gateway, tenant);
  suite.feed = async (
    tenant,
    { records = incidentEvents(), arrange = (all: readonly unknown[]) => all, before } = {},
  ) => {
    const { simulator, topics, inputOf } = suite.fleet;
    await simulator.ingest(tenant, records);
    await before?.();
    await topics.produce(inputOf(tenant), messages(arrange(records)));
    const view = suite.view(tenant);
    await view.taken(records.length);
    await view.settled();
    return view;
  };
}

/** Spread over partitions: findings do not depend on the order. */
export const messages = (events: readonly unknown[]) =>
  events.map((event, at) => ({ key: `records-${at % 16}`, value: JSON.stringify(event) }));
