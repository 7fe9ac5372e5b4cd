import { type ActionType, type Approval, type Decision, digestOf, OPERATOR_TENANT } from '@dmitry/contracts';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Database, Tx } from '@dmitry/storage';
import type { LedgerSession } from '@dmitry/trust-ledger';
import {
  builtinPolicy,
  CATALOGUE,
  type Decided,
  type DispatchAnswer,
  type GatePolicy,
  type GateRequest,
  type HaltState,
  type VoteOutcome,
  type VoteRequest,
} from '../core/index.ts';
import { createSafetyGate, type SafetyGateParts } from '../storage/index.ts';
import { actionOf, type Approver } from './gate-fixtures.ts';
import { LedgerDouble } from './ledger-double.ts';

export interface GateWorldOptions {
  readonly clock?: ManualClock;
  readonly ledger?: LedgerDouble;
  /** @default builtinPolicy */
  readonly policy?: GatePolicy | null;
}

/** A gate over a real database with a clock, a ledger and evidence that the test owns. Each world has a tenant of its own. */
export class GateWorld {
  readonly clock: ManualClock;
  readonly ids: SeededIds;
  readonly ledger: LedgerDouble;
  readonly parts: SafetyGateParts;
  private targets = 0;

  constructor(
    readonly database: Database,
    readonly tenant: string,
    { clock = new ManualClock(), ledger, policy = builtinPolicy }: GateWorldOptions = {},
  ) {
    this.clock = clock;
    this.ids = new SeededIds(this.clock, tenant);
    this.ledger = ledger ?? new LedgerDouble(this.ids);
    this.parts = createSafetyGate({ clock: this.clock, ids: this.ids, ledger: this.ledger, policy });
  }

  /** Runs `work` in a transaction of the tenant, with a ledger session of it. */
  tx<T>(work: (tx: Tx, session: LedgerSession) => Promise<T>, tenant = this.tenant): Promise<T> {
    return this.database.tenant(tenant, (tx) => work(tx, this.ledger.session(tenant)));
  }

  /** A request with all the evidence it needs, fresh now, against a target of its own. */
  request(type: ActionType, change: Partial<GateRequest> = {}): GateRequest {
    const count = CATALOGUE.find((each) => each.action_type === type)?.min_evidence ?? 1;
    const evidence = Array.from({ length: count }, (_, n) =>
      this.ledger.add(this.tenant, {
        type: 'outcome',
        timeMs: this.clock.now(),
        succeeded: true,
        source: `platform:read-${Math.floor(n / 2)}`,
        facts: {},
        finding: null,
      }),
    );
    const action = actionOf(type);
    this.targets += 1;
    return {
      tenant: this.tenant,
      action: { ...action, target: { ...action.target, id: `target-${this.targets}` } },
      findingId: null,
      confidence: 0.97,
      evidence,
      requestedBy: 'analyst',
      ...change,
    };
  }

  decide(request: GateRequest): Promise<Decided> {
    return this.tx((tx, session) => this.parts.gate.decide(tx, session, request));
  }

  check(decision: Decision, effect = 'one', digest = decision.action_digest): Promise<DispatchAnswer> {
    const effectKey = digestOf([decision.id, effect]).slice(0, 52);
    return this.tx((tx) =>
      this.parts.gate.check(tx, { decisionId: String(decision.id), actionDigest: digest, effectKey }),
    );
  }

  /** A signed yes, or a no. */
  vote(approval: Approval, by: Approver, change: Partial<VoteRequest> = {}): Promise<VoteOutcome> {
    const request: VoteRequest = {
      approvalId: approval.id,
      principal: by.principal,
      approved: true,
      nonce: approval.nonce,
      assurance: 'signed',
      signature: by.sign(approval),
      ...change,
    };
    return this.tx((tx, session) => this.parts.approvals.vote(tx, session, request));
  }

  register(by: Approver): Promise<void> {
    return this.tx((tx, session) => this.parts.keys.register(tx, session, by.principal.subject, by.publicKey));
  }

  halt(halted: boolean, scope: 'tenant' | 'all' = 'tenant'): Promise<HaltState> {
    const change = { reason: 'drill', by: 'op' };
    return this.tx(
      (tx, session) => this.parts.halts[halted ? 'halt' : 'resume'](tx, session, change),
      scope === 'all' ? OPERATOR_TENANT : this.tenant,
    );
  }

  /** Activates the built-in policy with changes, as a version of its own. */
  async activate(version: string, change: Partial<GatePolicy> = {}): Promise<readonly string[]> {
    const policy = { ...builtinPolicy, ...change, version };
    return (await this.tx((tx, session) => this.parts.policies.activate(tx, session, policy))).voided;
  }

  /** How many rows of a table the tenant sees. */
  async count(table: string): Promise<number> {
    const [row] = await this.database.tenant(this.tenant, (tx) => tx.query(`SELECT count(*) AS n FROM ${table}`));
    return Number(row?.['n']);
  }
}
