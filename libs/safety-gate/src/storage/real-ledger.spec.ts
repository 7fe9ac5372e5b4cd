import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Database } from '@dmitry/storage';
import { createDataKeys, createSealer } from '@dmitry/storage/sql';
import { openTestDatabase } from '@dmitry/storage/testing';
import type { Ledger, LedgerSession } from '@dmitry/trust-ledger';
import { createLedger, trustLedgerMigrations } from '@dmitry/trust-ledger/storage';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { builtinPolicy, type GateRequest, type JudgedRecord, judgeRecord } from '../core/index.ts';
import { actionOf, approver } from '../testing/index.ts';
import { createSafetyGate, safetyGateMigrations, type SafetyGateParts } from './index.ts';

describe('gate and ledger in one database', () => {
  const clock = new ManualClock();
  const ids = new SeededIds(clock, 'real ledger');
  let database: Database;
  let ledger: Ledger;
  let session: LedgerSession;
  let parts: SafetyGateParts;

  beforeAll(async () => {
    database = await openTestDatabase([...trustLedgerMigrations, ...safetyGateMigrations]);
    const dataKeys = createDataKeys({ ids, masterKey: ids.bytes(32) });
    const identity = { deployment: 'test.example', pseudonymKey: ids.bytes(32) };
    ledger = createLedger({ ...identity, database, dataKeys, sealer: createSealer(ids), clock, ids });
    session = await ledger.openSession('acme', { kind: 'service', name: 'spec' });
    parts = createSafetyGate({ clock, ids, ledger, policy: builtinPolicy });
  });
  afterAll(() => database.close());

  const TARGET = actionOf('alert').target.id;

  /** Three reads of two sources, as a call recorder leaves them. */
  async function reads(): Promise<string[]> {
    const operations = ['risk-findings.get', 'risk-findings.get', 'entities.search'];
    const evidence: string[] = [];
    for (const operation of operations) {
      const facts = { service: 'platform', operation, effect: 'read' };
      const [intent] = await session.record([{ type: 'intent', facts }]);
      const refs = { intent: String(intent?.id) };
      const [outcome] = await session.record([
        { type: 'outcome', refs, facts: { ...facts, status: 'success' }, lookups: { subjects: [TARGET] } },
      ]);
      evidence.push(String(outcome?.id));
    }
    return evidence;
  }

  it('carries an action from evidence over a signed approval to its dispatch, every step an entry that resolves', async () => {
    const ann = approver('ann');
    const request: GateRequest = {
      tenant: 'acme',
      action: actionOf('block_access', { ports: [22], note: 'x' }),
      findingId: 'f'.repeat(64),
      confidence: 0.9,
      evidence: await reads(),
      requestedBy: 'analyst',
    };
    const asked = await database.tenant('acme', async (tx) => {
      await parts.keys.register(tx, session, 'ann', ann.publicKey);
      return parts.gate.decide(tx, session, request);
    });
    const { approval } = asked;
    if (!approval) throw new Error(`no approval was asked for: ${JSON.stringify(asked.decision.reasons)}`);
    const outcome = await database.tenant('acme', (tx) =>
      parts.approvals.vote(tx, session, {
        approvalId: approval.id,
        principal: ann.principal,
        approved: true,
        nonce: approval.nonce,
        assurance: 'signed',
        signature: ann.sign(approval),
      }),
    );
    if (outcome.status !== 'approved') throw new Error(`not approved: ${outcome.status}`);
    const again = { ...outcome.request, evidence: await reads() };
    const { decision } = await database.tenant('acme', (tx) => parts.gate.decide(tx, session, again));
    expect(decision.verdict).toBe('ALLOW');
    const checked = await database.tenant('acme', (tx) =>
      parts.gate.check(tx, {
        decisionId: String(decision.id),
        actionDigest: decision.action_digest,
        effectKey: 'e'.repeat(52),
      }),
    );
    expect(checked).toMatchObject({ ok: true, approvals: decision.approvals });
    const entries = await database.tenant('acme', (tx) =>
      ledger.resolve(tx, [String(decision.id), ...decision.approvals, ...decision.evidence]),
    );
    expect([...entries.values()].map((each) => each.type).sort()).toEqual([
      'approval',
      'decision',
      'outcome',
      'outcome',
      'outcome',
    ]);
    const opened = await database.tenant('acme', (tx) => ledger.reveal(tx, String(decision.approvals[0])));
    expect(opened?.committed).toMatchObject({
      statement: { value: { approver: 'ann' } },
      signature: { value: ann.sign(approval) },
    });
  });

  it('records a halt and a policy, and a decision does not count as evidence for another', async () => {
    const evidence = await reads();
    const { decision } = await database.tenant('acme', async (tx) => {
      await parts.halts.halt(tx, session, { reason: 'drill', by: 'op' });
      await parts.halts.resume(tx, session, { reason: 'over', by: 'op' });
      await parts.policies.activate(tx, session, { ...builtinPolicy, version: 'v2' });
      return parts.gate.decide(tx, session, {
        tenant: 'acme',
        action: actionOf('alert'),
        findingId: null,
        confidence: 0.9,
        evidence: evidence.slice(0, 1),
        requestedBy: 'analyst',
      });
    });
    expect(decision).toMatchObject({ verdict: 'ALLOW', policy: { version: 'v2' } });
    const kinds = await database.tenant('acme', (tx) => ledger.list(tx, { limit: 100 }));
    expect(new Set(kinds.map(({ entry }) => entry.type))).toEqual(
      new Set(['intent', 'outcome', 'config', 'decision', 'approval', 'halt', 'policy']),
    );
    const circular = await database.tenant('acme', (tx) =>
      parts.gate.preview(tx, {
        tenant: 'acme',
        action: actionOf('alert'),
        findingId: null,
        confidence: 0.9,
        evidence: [String(decision.id)],
        requestedBy: 'analyst',
      }),
    );
    expect(circular.reasons.map((each) => each.code)).toContain('gate.evidence_kind');
  });

  it('allows nothing on reads that somebody made of something else, and says why', async () => {
    const evidence = await reads();
    const other = { ...actionOf('alert'), target: { type: 'service' as const, id: 'svc-payroll' } };
    const asked = { tenant: 'acme', findingId: null, confidence: 0.9, evidence, requestedBy: 'mallory' };
    const decide = (more: Pick<GateRequest, 'action' | 'linked'>) =>
      database.tenant('acme', async (tx) => (await parts.gate.decide(tx, session, { ...asked, ...more })).decision);
    const denied = await decide({ action: other });
    expect(denied.verdict).toBe('DENY');
    expect(denied.reasons.map((each) => each.code)).toContain('gate.evidence_not_about_target');
    expect(await decide({ action: actionOf('alert') })).toMatchObject({ verdict: 'ALLOW' });
    // the finding says that what was read belongs to the target
    const linked = await decide({ action: other, linked: [TARGET] });
    expect(linked.verdict).toBe('ALLOW');
    const judged = await database.tenant('acme', (tx) => ledger.reveal(tx, String(linked.id)));
    const record = judged?.committed['judged']?.value as JudgedRecord;
    expect(judgeRecord(record)).toEqual(record.decision);
  });
});
