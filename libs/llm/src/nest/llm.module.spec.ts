import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Clock, isDmitryError } from '@dmitry/kit';
import { loadConfig } from '@dmitry/kit/config';
import { ManualClock } from '@dmitry/kit/memory';
import { createMemoryRecorder, createScriptedClient } from '@dmitry/outbound/memory';
import { Metrics } from '@dmitry/telemetry';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { LlmProvider } from '../core/index.ts';
import { completionReply } from '../testing/index.ts';
import { llmConfig, LlmEndpoint, LlmIndicators, LlmModule, llmOptionsOf } from './index.ts';

const CLIENT = Symbol('llm client');

@Module({})
class Surroundings {}

describe('llm module', () => {
  it('gives the offline provider when it is asked for', async () => {
    const application = await Test.createTestingModule({ imports: [LlmModule.forRoot({ use: 'offline' })] }).compile();
    expect(application.get<LlmProvider>(LlmProvider).provider).toBe('offline');
    expect(application.get<LlmIndicators>(LlmIndicators)).toEqual([]);
    await application.close();
  });

  it('puts the http provider over the injected client, counted, and says how it is', async () => {
    const metrics = new MemoryMetrics();
    const reply = completionReply('hello') as { status: number; body: unknown };
    const providers = [
      {
        provide: CLIENT,
        useValue: createScriptedClient({ service: 'llm', script: [{ status: 200, body: reply.body }] }),
      },
      { provide: Clock, useValue: new ManualClock() },
      { provide: Metrics, useValue: metrics },
    ];
    const surroundings = { module: Surroundings, global: true, providers, exports: [CLIENT, Clock, Metrics] };
    const llm = LlmModule.forRoot({ use: 'http', client: CLIENT, model: 'm', provider: 'local' });
    const application = await Test.createTestingModule({ imports: [surroundings, llm] }).compile();
    const answer = await application
      .get<LlmProvider>(LlmProvider)
      .complete({ messages: [] }, { tenant: 'acme', recorder: createMemoryRecorder() });
    expect(answer).toMatchObject({ kind: 'answer', text: 'hello', provider: 'local' });
    expect(metrics.value('llm_answers_total', { provider: 'local', outcome: 'answer' })).toBe(1);
    const [indicator] = application.get<LlmIndicators>(LlmIndicators);
    expect(await indicator?.check(new AbortController().signal)).toEqual({ up: true });
    await application.close();
  });
});

describe('llm configuration', () => {
  const load = (env: Record<string, string>) => loadConfig([llmConfig], { NODE_ENV: 'production', ...env });

  it('takes offline only when it is said, and a model with every address', () => {
    expect(load({ LLM_BASE_URL: 'offline' }).llm.LLM_BASE_URL).toBe('offline');
    expect(load({ LLM_BASE_URL: 'http://model/v1', LLM_MODEL: 'm' }).llm.LLM_TIMEOUT_MS).toBe(60_000);
    const wrong: Record<string, string>[] = [{}, { LLM_BASE_URL: 'http://model/v1' }, { LLM_BASE_URL: 'nowhere' }];
    for (const env of wrong) {
      let thrown: unknown;
      try {
        load(env);
      } catch (error) {
        thrown = error;
      }
      expect(isDmitryError(thrown, 'config.invalid')).toBe(true);
    }
  });

  it('gives the module and the client what the environment says, with the time that a model needs and the key out of sight', () => {
    const env = { LLM_BASE_URL: 'http://model/v1', LLM_MODEL: 'm', LLM_TIMEOUT_MS: '90000' };
    const keyed = llmOptionsOf(load({ ...env, LLM_API_KEY: 'sk-1' }).llm);
    expect(keyed.llm).toEqual({ use: 'http', client: LlmEndpoint, model: 'm', timeoutMs: 90_000 });
    expect(keyed.clients[0]).toMatchObject({
      service: 'llm',
      baseUrl: 'http://model/v1',
      limits: { attemptTimeoutMs: 90_000, callTimeoutMs: 90_000 },
    });
    expect(keyed.clients[0]?.authorization?.()).toBe('Bearer sk-1');
    expect(JSON.stringify(keyed)).not.toContain('sk-1');
    expect(llmOptionsOf(load(env).llm).clients[0]).not.toHaveProperty('authorization');
    expect(llmOptionsOf(load({ LLM_BASE_URL: 'offline' }).llm)).toEqual({ llm: { use: 'offline' }, clients: [] });
  });
});
