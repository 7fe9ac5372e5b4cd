import {
  actionDigest,
  type ActionType,
  effectKey,
  type EntityType,
  type ExecuteActionRequest,
} from '@dmitry/contracts';
import { isoTime } from '@dmitry/kit';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/index.ts';

export const TENANT = 'acme';
export const START_MS = Date.parse('2026-05-04T09:00:00Z');

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- specs look into answers of every shape
  readonly body: any;
}

export interface Harness {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  call(
    method: string,
    path: string,
    options?: { body?: unknown; tenant?: string | null; headers?: Record<string, string> },
  ): Promise<Answer>;
  get(path: string, tenant?: string): Promise<Answer>;
  post(path: string, body: unknown, tenant?: string): Promise<Answer>;
}

/** A simulator on a free port under a clock that stands still. */
export async function startHarness(options: Partial<SimulatorOptions> = {}): Promise<Harness> {
  const clock = new ManualClock(START_MS);
  const simulator = await startSimulator({ clock, ids: new SeededIds(clock, 'harness'), seed: 'faults', ...options });
  const call: Harness['call'] = async (method, path, { body, tenant = TENANT, headers = {} } = {}) => {
    const response = await fetch(`${simulator.url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(tenant === null ? {} : { 'x-tenant-id': tenant }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
  };
  return {
    simulator,
    clock,
    call,
    get: (path, tenant = TENANT) => call('GET', path, { tenant }),
    post: (path, body, tenant = TENANT) => call('POST', path, { body, tenant }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

let serial = 0;
/** A SecurityEvent of PDRI; what is not given is quiet. */
export const securityEvent = (members: Record<string, unknown> = {}) => ({
  event_id: `e-${serial++}`,
  event_type: 'SYSTEM_ACCESS',
  timestamp: isoTime(START_MS - 60_000),
  source_system_id: 'probe-1',
  exposure_direction: 'internal_to_internal',
  identity_id: 'identity:ann',
  target_entity_id: 'datastore:customer-db',
  ...members,
});

/** An unsanctioned tool reads the customer database: two AI edges, tags, volume. */
export const toolReads = (members: Record<string, unknown> = {}) =>
  securityEvent({
    event_type: 'AI_DATA_ACCESS',
    exposure_direction: 'internal_to_ai',
    identity_id: 'ai:notetaker',
    sensitivity_tags: ['identity_related'],
    data_volume_estimate: 50_000_000,
    ai_context: { ai_tool_id: 'ai:notetaker', vendor: 'Scribbly', is_sanctioned: false },
    metadata: { data_classification: 'confidential' },
    ...members,
  });

export const ENTRY_ID = '01968f2e-7b00-7abc-8def-0123456789ab';

/** An effect's key and body as the workflow makes them. */
export function effectOf(
  action: { action_type: string; target: { type: string; id: string }; params?: Record<string, unknown> },
  options: { tenant?: string; run?: string; notAfterMs?: number } = {},
): { key: string; body: ExecuteActionRequest } {
  const tenant = options.tenant ?? TENANT;
  const whole = {
    action_type: action.action_type as ActionType,
    target: { type: action.target.type as EntityType, id: action.target.id },
    params: action.params ?? {},
  };
  const digest = actionDigest(tenant, whole);
  return {
    key: effectKey(tenant, options.run ?? 'run-1', 'execute', digest),
    body: {
      ...whole,
      action_digest: digest,
      decision_ref: { log: 'test/acme', entry_id: ENTRY_ID },
      not_after: isoTime(options.notAfterMs ?? START_MS + 30_000),
    },
  };
}

export const blockTool = (options: Parameters<typeof effectOf>[1] = {}) =>
  effectOf({ action_type: 'block_access', target: { type: 'ai_tool', id: 'ai:notetaker' } }, options);
