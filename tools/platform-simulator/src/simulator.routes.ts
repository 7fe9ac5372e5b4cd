import { parseWith } from '@dmitry/contracts';
import type { Static, TSchema } from 'typebox';
import { logLineOf } from './effects/effect-record.ts';
import { EffectAnswerKnob, type EffectBook } from './effects/effect-book.ts';
import { type Call, ok, Refusal, type Route } from './http/route.ts';
import { proofOf, SIMULATOR, VERSION } from './identity.ts';
import type { Fault } from './knobs/fault.ts';
import type { Knobs } from './knobs/knobs.ts';
import { LlmScript } from './llm/script.ts';

/** The simulator's own paths: who it is, and - with the admin token - its knobs and effects. */
export function simulatorRoutes(knobs: () => Knobs, effects: EffectBook): readonly Route[] {
  const admin = (method: Route['method'], path: string, handle: (call: Call) => unknown): Route => ({
    operation: 'simulator.admin',
    method,
    path: `/simulator/${path}`,
    scope: 'admin',
    handle: (call) => ok(handle(call) ?? { status: 'ok' }),
  });
  return [
    { operation: 'simulator.identity', method: 'GET', path: '/simulator/identity', scope: 'none', handle: identity },
    admin('GET', 'knobs', () => ({ faults: knobs().list(), operations: knobs().operations })),
    admin('PUT', 'knobs/:operation', ({ params, body }) => knobs().set(params['operation'] ?? '', ...faultsIn(body))),
    admin('DELETE', 'knobs/:operation', ({ params }) => knobs().clear(params['operation'])),
    admin('DELETE', 'knobs', () => knobs().clear()),
    admin('PUT', 'effect-answer', ({ body }) => knobs().effectAnswer(checked(EffectAnswerKnob, body))),
    admin('PUT', 'llm', ({ body }) => knobs().llm(checked(LlmScript, body))),
    admin('GET', 'effects', ({ query }) => ({
      effects: effects
        .list(query.get('tenant') ?? undefined)
        .map((record) => ({ tenant: record.tenant, ...logLineOf(record) })),
    })),
  ];
}

function identity({ query }: Call) {
  const nonce = query.get('nonce');
  if (nonce === null || nonce === '' || nonce.length > 256) {
    throw new Refusal(400, 'invalid_query', 'nonce must have 1 to 256 characters');
  }
  return ok({ simulator: SIMULATOR, version: VERSION, nonce, proof: proofOf(nonce) });
}

/** One fault or a list; what they are is checked where they are set. */
const faultsIn = (body: unknown): readonly Fault[] => (Array.isArray(body) ? body : [body]) as readonly Fault[];

function checked<S extends TSchema>(schema: S, body: unknown): Static<S> {
  const parsed = parseWith(schema, body);
  if (!parsed.ok) throw new Refusal(400, 'invalid_body', 'the body is no setting of this knob', parsed.faults);
  return parsed.value;
}
