import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Analyst } from '@dmitry/analyst';
import { Clock, IdSource, Logger, silentLogger } from '@dmitry/kit';
import { DeadLetters, EventBus, Inbox, Offsets, Outbox } from '@dmitry/messaging';
import { MemoryEventBus } from '@dmitry/messaging/memory';
import { Approvals, ApproverKeys, Decisions, GatePolicies, HaltSwitch, SafetyGate } from '@dmitry/safety-gate';
import { Database, DataKeys, Sealer } from '@dmitry/storage';
import { Ledger, LedgerLogs } from '@dmitry/trust-ledger';
import { JobJournal, JobRunner, RunStore } from '@dmitry/workflow';
import { type DynamicModule, type InjectionToken, Module, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { exportEvent, openWorld, type World } from '../../test/support/world.ts';
import { Pipeline } from '../core/index.ts';
import { PipelineModule } from './index.ts';

const Facts = Symbol('facts');
let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.database.close());

@Module({})
class Surroundings {}

function surroundings(bus: EventBus, handled: string[]): DynamicModule {
  const { options, ids } = world;
  const values: readonly (readonly [InjectionToken, unknown])[] = [
    [Clock, world.clock],
    [IdSource, ids],
    [Logger, silentLogger],
    [Database, world.database],
    [DataKeys, world.dataKeys],
    [Sealer, world.sealer],
    [Ledger, options.ledger],
    [LedgerLogs, options.logs],
    [Inbox, options.inbox],
    [Outbox, options.outbox],
    [Offsets, options.offsets],
    [DeadLetters, options.deadLetters],
    [Analyst, options.analyst],
    [SafetyGate, options.gate],
    [Approvals, options.approvals],
    [ApproverKeys, options.approverKeys],
    [GatePolicies, options.policies],
    [HaltSwitch, options.halts],
    [Decisions, options.decisions],
    [RunStore, options.runs],
    [JobJournal, options.jobs],
    [EventBus, bus],
    [JobRunner, { handle: (kind: string) => void handled.push(kind) }],
    [Facts, options.riskFacts],
  ];
  const providers: Provider[] = values.map(([provide, useValue]) => ({ provide, useValue }));
  return { module: Surroundings, global: true, providers, exports: values.map(([token]) => token) };
}

describe('PipelineModule', () => {
  it('with work consumes its topics and names its job handlers, and stops consuming with the app', async () => {
    const bus = new MemoryEventBus({ clock: world.clock, acknowledge: 'consumed' });
    const handled: string[] = [];
    const work = {
      routing: { topics: { 'nest-events': 'nest' }, accounts: {} },
      topics: ['nest-events'],
      group: 'nest',
    };
    const module = PipelineModule.forRoot({
      riskFacts: Facts,
      work,
      patience: { latenessMs: 1 },
      killPoint: () => undefined,
    });
    const app = await Test.createTestingModule({ imports: [surroundings(bus, handled), module] }).compile();
    await app.init();
    expect(handled.sort()).toEqual(['advise', 'deferred', 'enrich', 'judge']);
    await bus.publish([
      { topic: 'nest-events', key: 'k', value: Buffer.from(JSON.stringify(exportEvent(1))), headers: {} },
    ]);
    const pipeline = app.get<Pipeline>(Pipeline);
    expect(await pipeline.reads.event('nest', 'dlp', 'e-1')).toMatchObject({ id: 'e-1' });
    await app.close();
    await bus.close();
  });

  it('without work answers people and consumes nothing; without topics it only does jobs', async () => {
    const bus = new MemoryEventBus({ clock: world.clock });
    const handled: string[] = [];
    const quiet = await Test.createTestingModule({
      imports: [surroundings(bus, handled), PipelineModule.forRoot({ riskFacts: Facts })],
    }).compile();
    await quiet.init();
    expect(handled).toEqual([]);
    expect(await quiet.get<Pipeline>(Pipeline).reads.incidents('nobody', { limit: 1 })).toEqual([]);
    await quiet.close();
    const work = { routing: { topics: {}, accounts: {} }, topics: [], group: 'nest' };
    const jobs = await Test.createTestingModule({
      imports: [surroundings(bus, handled), PipelineModule.forRoot({ riskFacts: Facts, work })],
    }).compile();
    await jobs.init();
    expect(handled).toHaveLength(4);
    await jobs.close();
    await bus.close();
  });
});
