import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Clock } from '@dmitry/kit';
import { ManualClock } from '@dmitry/kit/memory';
import { LlmProvider } from '@dmitry/llm';
import { createOfflineLlmProvider } from '@dmitry/llm/offline';
import { createMemoryRecorder } from '@dmitry/outbound/memory';
import { PlatformClient } from '@dmitry/platform-client';
import { Analyst } from '../core/index.ts';
import { AnalystModule } from './index.ts';
import { request } from '../../test/bench.ts';

@Module({})
class Surroundings {}

const clientWith = (answers: Record<string, unknown>) => {
  const client: Record<string, () => Promise<unknown>> = {};
  for (const name of ['findings', 'finding', 'searchEntities', 'actionsFor']) {
    client[name] = () => Promise.resolve({ kind: 'fresh', value: answers[name] ?? {}, entry: `entry-of-${name}` });
  }
  return client;
};

describe('analyst module', () => {
  it('puts the analyst over the application’s model, Platform client and clock', async () => {
    const providers = [
      { provide: LlmProvider, useValue: createOfflineLlmProvider() },
      { provide: PlatformClient, useValue: clientWith({ finding: { entity_id: 'billing', risk_score: 82 } }) },
      { provide: Clock, useValue: new ManualClock() },
    ];
    const surroundings = {
      module: Surroundings,
      global: true,
      providers,
      exports: providers.map(({ provide }) => provide),
    };
    const application = await Test.createTestingModule({
      imports: [surroundings, AnalystModule.forRoot()],
    }).compile();
    const advice = await application
      .get<Analyst>(Analyst)
      .advise({ request, evidence: [] }, { tenant: 'acme', recorder: createMemoryRecorder() });
    expect(advice).toMatchObject({ kind: 'advice', provider: 'offline' });
    expect(advice.citations).toEqual(['entry-of-finding', 'entry-of-searchEntities', 'entry-of-actionsFor']);
    await application.close();
  });
});
