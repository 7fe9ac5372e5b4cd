import { graphEventOf } from '@dmitry/platform-simulator';
import { callerOf, type Json } from './caller.ts';

/** An effect as the simulator remembers it. `acts`: how often it really happened. */
export interface DoneEffect {
  readonly effect_key: string;
  readonly status: string;
  readonly acts: number;
  readonly action_type: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly action_digest: string;
  readonly decision_ref: { readonly log: string; readonly entry_id: string };
}

/** The simulator's administrative side, and PDRI's ingest. */
export interface SimulatorClient {
  readonly url: string;
  effects(tenant: string): Promise<readonly DoneEffect[]>;
  /** Tells PDRI of records in any format, as its sensors would. What it cannot read it does not learn of. */
  ingest(tenant: string, records: readonly unknown[]): Promise<void>;
  /** Faults of an operation, such as `actions.execute` or `pdri.*`. */
  knob(operation: string, fault: object | readonly object[]): Promise<void>;
  clearKnobs(): Promise<void>;
  llm(script: object): Promise<void>;
}

/** The largest batch that PDRI takes. */
const INGEST_BATCH = 100;

export function simulatorClient(url: string, adminToken: string): SimulatorClient {
  const call = callerOf(url);
  const admin = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await call(method, `/simulator/${path}`, {
      token: adminToken,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 300) throw new Error(`simulator ${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  return {
    url,
    effects: async (tenant) => (await admin('GET', `effects?tenant=${tenant}`)).effects as DoneEffect[],
    ingest: async (tenant, records) => {
      const events = records.flatMap((record) => graphEventOf(record, { tenant }) ?? []);
      for (let at = 0; at < events.length; at += INGEST_BATCH) {
        const body = { events: events.slice(at, at + INGEST_BATCH) };
        const answer = await call('POST', '/ingest/events/batch', { body, headers: { 'x-tenant-id': tenant } });
        const { status, text, json } = answer;
        if (status >= 300 || json.errors.length > 0) throw new Error(`simulator ingest: ${status} ${text}`);
      }
    },
    knob: (operation, fault) => admin('PUT', `knobs/${operation}`, fault) as Promise<void>,
    clearKnobs: () => admin('DELETE', 'knobs') as Promise<void>,
    llm: (script) => admin('PUT', 'llm', script) as Promise<void>,
  };
}
