import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHttpClient } from '@dmitry/outbound/http';
import { createMemoryRecorder } from '@dmitry/outbound/memory';
import type { CallContext, OutboundClient } from '@dmitry/outbound';
import { RandomIds, SystemClock } from '@dmitry/kit/node';
import type { PlatformClient } from '@dmitry/platform-client';
import { createPlatformClient } from '@dmitry/platform-client/http';
import { type Fault, type Simulator, startSimulator } from '../src/index.ts';
import { blockTool, toolReads } from './support/harness.ts';

const clock = new SystemClock();
const ids = new RandomIds(clock);
let simulator: Simulator;
let outbound: OutboundClient;
let platform: PlatformClient;
let context: CallContext;
beforeEach(async () => {
  simulator = await startSimulator({ clock, ids });
  simulator.ingest('acme', [toolReads()]);
  outbound = createHttpClient({ service: 'platform', baseUrl: simulator.url, clock, ids });
  platform = createPlatformClient(outbound);
  context = { tenant: 'acme', recorder: createMemoryRecorder() };
});
afterEach(async () => {
  await outbound.close();
  await simulator.close();
});

const execute = () => {
  const effect = blockTool({ notAfterMs: clock.now() + 30_000 });
  return platform.execute(context, effect.key, effect.body);
};

describe('what a client makes of the faults', () => {
  it.each<[string, Fault, string, number]>([
    ['a connection that breaks after the effect', { kind: 'reset', after: true }, 'unknown', 1],
    ['half an answer', { kind: 'malformed' }, 'unknown', 1],
    ['an answer in the name of another tenant', { kind: 'wrong_tenant', as: 'globex' }, 'unknown', 1],
    ['throttling', { kind: 'throttle', retryAfterSeconds: 60 }, 'not_sent', 0],
    ['a refusal', { kind: 'status', status: 422, body: { code: 'closed' } }, 'refused', 0],
    ['a server fault', { kind: 'status', status: 500 }, 'unknown', 0],
  ])('of an effect under %s, it never takes unknown for done', async (_what, fault, kind, acts) => {
    simulator.knobs.set('actions.execute', fault);
    expect((await execute()).kind).toBe(kind);
    expect(simulator.effects('acme').reduce((sum, effect) => sum + effect.acts, 0)).toBe(acts);
  });

  it('of an effect whose answer was lost, a probe tells that it happened', async () => {
    simulator.knobs.set('actions.execute', { kind: 'reset', after: true });
    expect((await execute()).kind).toBe('unknown');
    const probe = await platform.probe(context, blockTool().key);
    expect(probe).toMatchObject({ kind: 'known', answer: { kind: 'confirmed' } });
  });

  it.each<[string, Fault, string]>([
    ['half an answer', { kind: 'malformed' }, 'platform.'],
    ['data of another tenant', { kind: 'wrong_tenant', as: 'globex' }, 'platform.tenant_mismatch'],
    ['an unknown finding', { kind: 'status', status: 404 }, 'platform.not_found'],
  ])('of a read that gives %s, it uses nothing', async (_what, fault, code) => {
    simulator.knobs.set('platform.findings', fault);
    const result = await platform.findings(context);
    expect(result.kind).toBe('unavailable');
    expect('code' in result ? result.code : '').toContain(code);
  });
});
