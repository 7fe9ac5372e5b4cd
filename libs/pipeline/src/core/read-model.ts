import type { Approval, Decision, Finding, Incident, Run } from '@dmitry/contracts';
import type { EventRef } from '@dmitry/correlation';
import type { DecisionQuery } from '@dmitry/safety-gate';
import type { Tx } from '@dmitry/storage';
import type { EventQuery, KeptEvent } from './event-store.port.ts';
import type { FindingQuery, StoredFinding, StoredIncident } from './finding-store.port.ts';
import type { StoredAdvice } from './advice-store.port.ts';
import type { Mode } from './mode-store.port.ts';
import { notFound } from './pipeline.errors.ts';
import type { PipelineOptions } from './pipeline-options.ts';

const MAX_EVENTS = 1_000;

type Stores = Pick<
  PipelineOptions,
  'database' | 'events' | 'findings' | 'incidents' | 'advices' | 'approvals' | 'runs' | 'decisions' | 'modes'
>;

/** What people look at, of one tenant. An id of another tenant is not found. */
export class ReadModel {
  constructor(private readonly options: Stores) {}

  events(tenant: string, query: EventQuery): Promise<readonly KeptEvent[]> {
    return this.options.database.tenant(tenant, (tx) => this.options.events.list(tx, query));
  }

  event(tenant: string, source: string, id: string): Promise<KeptEvent> {
    return this.#one('event', tenant, (tx) => this.options.events.get(tx, source, id));
  }

  async findings(tenant: string, query: FindingQuery): Promise<readonly Finding[]> {
    const found = await this.options.database.tenant(tenant, (tx) => this.options.findings.list(tx, query));
    return found.map(wireFinding);
  }

  async finding(tenant: string, id: string): Promise<Finding> {
    return wireFinding(await this.#one('finding', tenant, (tx) => this.options.findings.get(tx, id)));
  }

  /** The events that a finding rests on, by time. */
  async findingEvents(tenant: string, id: string): Promise<readonly EventRef[]> {
    await this.finding(tenant, id);
    return this.options.database.tenant(tenant, (tx) => this.options.findings.events(tx, id, MAX_EVENTS));
  }

  async incidents(tenant: string, query: { readonly limit: number }): Promise<readonly Incident[]> {
    const found = await this.options.database.tenant(tenant, (tx) => this.options.incidents.list(tx, query));
    return found.map(wireIncident);
  }

  async incident(
    tenant: string,
    id: string,
  ): Promise<{ readonly incident: Incident; readonly advice: StoredAdvice | null }> {
    const incident = await this.#one('incident', tenant, (tx) => this.options.incidents.get(tx, id));
    const advice = await this.options.database.tenant(tenant, (tx) => this.options.advices.get(tx, id));
    return { incident: wireIncident(incident), advice };
  }

  approvals(
    tenant: string,
    query: { readonly status?: Approval['status']; readonly limit?: number },
  ): Promise<readonly Approval[]> {
    return this.options.database.tenant(tenant, (tx) => this.options.approvals.list(tx, query));
  }

  approval(tenant: string, id: string): Promise<Approval> {
    return this.#one('approval', tenant, (tx) => this.options.approvals.get(tx, id));
  }

  runs(
    tenant: string,
    query: {
      readonly finding?: string;
      readonly status?: Run['status'];
      readonly after?: string;
      readonly limit?: number;
    },
  ): Promise<readonly Run[]> {
    return this.options.database.tenant(tenant, (tx) => this.options.runs.list(tx, query));
  }

  run(tenant: string, id: string): Promise<Run> {
    return this.#one('run', tenant, (tx) => this.options.runs.get(tx, id));
  }

  decisions(tenant: string, query: DecisionQuery): Promise<readonly Decision[]> {
    return this.options.database.tenant(tenant, (tx) => this.options.decisions.list(tx, query));
  }

  decision(tenant: string, id: string): Promise<Decision> {
    return this.#one('decision', tenant, (tx) => this.options.decisions.get(tx, id));
  }

  mode(tenant: string): Promise<Mode> {
    return this.options.database.tenant(tenant, (tx) => this.options.modes.get(tx));
  }

  async setMode(tenant: string, mode: Mode): Promise<void> {
    await this.options.database.tenant(tenant, (tx) => this.options.modes.set(tx, mode));
  }

  async #one<T>(what: string, tenant: string, read: (tx: Tx) => Promise<T | null>): Promise<T> {
    const found = await this.options.database.tenant(tenant, read);
    if (found === null) throw notFound(what);
    return found;
  }
}

/** The wire form: without what only the pipeline needs. */
export const wireFinding = (stored: StoredFinding): Finding => ({
  id: stored.id,
  tenant_id: stored.tenant_id,
  revision: stored.revision,
  rule: stored.rule,
  title: stored.title,
  description: stored.description,
  severity: stored.severity,
  status: stored.status,
  score: stored.score,
  techniques: stored.techniques,
  entities: stored.entities,
  evidence: stored.evidence,
  incident_id: stored.incident_id,
  first_seen: stored.first_seen,
  last_seen: stored.last_seen,
});

export const wireIncident = ({ advisedRevision: _advised, ...incident }: StoredIncident): Incident => incident;
