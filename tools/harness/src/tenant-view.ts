import type { Approval, Decision, Finding, Incident, Run, TrustFile } from '@dmitry/contracts';
import type { Answer, Json } from './caller.ts';
import { eventually } from './eventually.ts';
import type { App, Fleet } from './fleet.ts';
import { tokenFor } from './people.ts';

/** One tenant as its people see it over the gateway. */
export interface TenantView {
  readonly tenant: string;
  findings(): Promise<readonly Finding[]>;
  /** Those that the entity of this id is part of: their evidence counts for it. */
  findingsAbout(id: string): Promise<readonly Finding[]>;
  incidents(): Promise<readonly Incident[]>;
  decisions(): Promise<readonly Decision[]>;
  runs(): Promise<readonly Run[]>;
  approvals(): Promise<readonly Approval[]>;
  entries(query?: string): Promise<readonly Json[]>;
  vote(approval: Approval, approved: boolean): Promise<Json>;
  /** Bundle of the whole log, once a checkpoint covers all of it, and its trust file. */
  proof(): Promise<{ readonly bundle: string; readonly trust: TrustFile }>;
  get(path: string): Promise<Answer>;
  post(path: string, body: object): Promise<Answer>;
  /** Waits until so many events are acknowledged. */
  taken(events: number): Promise<void>;
  /** Waits until nothing is left to do but what needs a person. */
  settled(withinMs?: number): Promise<void>;
}

const ROLES = ['analyst', 'auditor', 'operator', 'service', 'approver'] as const;

export function tenantView(fleet: Fleet, gateway: App, tenant: string): TenantView {
  const token = tokenFor(tenant, ROLES, { subject: `watch@${tenant}`, ttlSeconds: 86_400 });
  const get = async (path: string): Promise<Answer> => gateway.call('GET', path, { token: await token });
  const post = async (path: string, body: object): Promise<Answer> =>
    gateway.call('POST', path, { token: await token, body });
  const list = <T>(path: string): Promise<readonly T[]> => allPages<T>(get, path);
  const findings = (): Promise<readonly Finding[]> => list('/v1/findings');
  return {
    tenant,
    get,
    post,
    findings,
    findingsAbout: async (about) =>
      (await findings()).filter(({ entities }) => entities.some(({ id }) => id === about)),
    incidents: () => list('/v1/incidents'),
    decisions: () => list('/v1/actions'),
    runs: () => list('/v1/runs'),
    approvals: () => list('/v1/approvals'),
    entries: (query = '') => list(`/v1/ledger/entries${query}`),
    vote: async ({ id, nonce }, approved) => {
      const approver = await tokenFor(tenant, ['approver'], { subject: `approver@${tenant}` });
      const body = { approved, nonce };
      return (await gateway.call('POST', `/v1/approvals/${id}/votes`, { token: approver, body })).json;
    },
    ...waits(fleet, tenant, { get, post }),
  };
}

async function allPages<T>(get: (path: string) => Promise<Answer>, path: string): Promise<readonly T[]> {
  const items: T[] = [];
  let after = '';
  for (;;) {
    const { status, json, text } = await get(`${path}${path.includes('?') ? '&' : '?'}limit=200${after}`);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
    items.push(...(json.items as T[]));
    if (json.next === undefined) return items;
    after = `&after=${encodeURIComponent(json.next as string)}`;
  }
}

/** What takes its time: asked of the database, since no route tells it of a whole tenant. */
function waits(
  { database }: Fleet,
  tenant: string,
  { get, post }: Pick<TenantView, 'get' | 'post'>,
): Pick<TenantView, 'proof' | 'taken' | 'settled'> {
  const rows = async (table: 'ledger_entry' | 'inbox' | 'job'): Promise<number> => {
    const sql = `SELECT count(*) AS rows FROM ${table} WHERE tenant = $1`;
    const [row] = await database.query<{ rows: string }>(sql, [tenant]);
    return Number(row?.rows);
  };
  return {
    proof: () =>
      eventually('a proof of the whole log', async () => {
        const size = await rows('ledger_entry');
        const answer = await post('/v1/ledger/bundle', { kind: 'all' });
        if (answer.status !== 200 || answer.json.entries.length < size) return null;
        return { bundle: answer.text, trust: (await get('/v1/ledger/trust')).json as TrustFile };
      }),
    taken: async (events) => {
      await eventually(`${events} events of ${tenant}`, async () => ((await rows('inbox')) >= events ? true : null));
    },
    settled: async (withinMs = 60_000) => {
      await eventually(`the end of the work for ${tenant}`, async () => ((await rows('job')) === 0 ? true : null), {
        withinMs,
      });
    },
  };
}
