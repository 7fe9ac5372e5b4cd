import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DmitryError, runInRequest } from '@dmitry/kit';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { OtelSpans, startTracing } from './index.ts';

type Processor = NonNullable<NonNullable<ConstructorParameters<typeof NodeSDK>[0]>['spanProcessors']>[number];
type Ended = Parameters<Processor['onEnd']>[0];

/** Keeps what has ended, at once. */
const ended: Ended[] = [];
const keeper: Processor = {
  onStart: () => undefined,
  onEnd: (span) => void ended.push(span),
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
const sdk = new NodeSDK({ spanProcessors: [keeper], instrumentations: [], resourceDetectors: [] });
const spans = new OtelSpans();

describe('without an SDK', () => {
  it('work is done and nothing is recorded', async () => {
    await expect(new OtelSpans().within('early', () => Promise.resolve(7))).resolves.toBe(7);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});

describe('with an SDK', () => {
  beforeAll(() => sdk.start());
  afterAll(() => sdk.shutdown());
  beforeEach(() => void ended.splice(0));

  it('a span has its name, kind and attributes, and the outcome of the work is untouched', async () => {
    const attributes = { 'llm.model': 'offline' };
    await expect(spans.within('llm.generate', () => Promise.resolve(7), { kind: 'client', attributes })).resolves.toBe(
      7,
    );
    expect(ended).toMatchObject([{ name: 'llm.generate', kind: SpanKind.CLIENT, attributes }]);
  });

  it('spans nest as the work does', async () => {
    await spans.within('outer', () => spans.within('inner', () => Promise.resolve()));
    const [inner, outer] = ended;
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  });

  it('a span joins the trace of the running request', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await runInRequest({ requestId: 'r-1', traceparent }, () => spans.within('work', () => Promise.resolve()));
    expect(ended[0]).toMatchObject({ parentSpanContext: { spanId: '00f067aa0ba902b7' } });
    expect(ended[0]?.spanContext().traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it('a span is not recorded where the caller said that the trace is not sampled', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
    await runInRequest({ requestId: 'r-1', traceparent }, () => spans.within('work', () => Promise.resolve()));
    expect(ended).toEqual([]);
  });

  it.each([
    [new DmitryError('llm.unavailable', 'tenant acme: no'), 'llm.unavailable'],
    [new Error('tenant acme: no'), 'internal.unexpected'],
  ])('a fault fails the span by its code, shows no message, and reaches the caller', async (fault, code) => {
    await expect(spans.within('work', () => Promise.reject(fault))).rejects.toBe(fault);
    const [span] = ended;
    expect(span).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': code } });
    expect(JSON.stringify([span?.status, span?.attributes, span?.events])).not.toContain('acme');
  });
});

describe('startTracing', () => {
  it('starts and stops without a collector', async () => {
    const tracing = await startTracing({ serviceName: 'example' });
    expect(tracing.spans).toBeInstanceOf(OtelSpans);
    await expect(tracing.stop()).resolves.toBeUndefined();
  });
});
