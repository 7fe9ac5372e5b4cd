import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Action, CloudEvent, type Finding, OcsfDetectionFinding, parseWith, TOPICS } from '@dmitry/contracts';
import { createTrustFile, verifyBundle } from '@dmitry/trust-ledger';
import { exportEvent, openWorld, principal, proposal, type World } from './support/world.ts';

let world: World;
let serial = 0;
let tenant = '';
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.database.close());
beforeEach(() => {
  tenant = `t${serial++}`;
  world.script.advice = () => ({});
  world.script.facts = () => ({ exposure: 0.9, sensitivity: 0.9, volatility: 0.2 });
  world.script.killAt = null;
});

const record = (...events: readonly unknown[]) =>
  world.pipeline.recorder.record(
    tenant,
    events.map((event) => ({ record: event })),
  );
const rows = <R extends Record<string, unknown>>(sql: string, params: readonly unknown[] = []) =>
  world.database.tenant(tenant, (tx) => tx.query<R>(sql, params));
const published = async (topic: string) =>
  (await rows<{ value: Uint8Array }>('select value from outbox where topic = $1 order by 1', [topic])).map(
    ({ value }) => JSON.parse(Buffer.from(value).toString()) as CloudEvent,
  );
const exports = () => [exportEvent(1), exportEvent(2), exportEvent(3)];
const block: Action = { action_type: 'block_access', target: { type: 'identity', id: 'identity:eve' }, params: {} };
const watch: Action = { action_type: 'alert', target: { type: 'identity', id: 'identity:eve' }, params: {} };

function expectScored({ score, severity, incident_id: incident }: Finding): void {
  if (!score) throw new Error('not scored');
  expect(score.terms.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(score.score);
  expect(score.terms.find(({ name }) => name === 'exposure')?.evidence.length).toBeGreaterThan(0);
  expect(severity).toBe(score.band);
  expect(incident).not.toBeNull();
}

describe('recording events (tx 1)', () => {
  it('acknowledges an event once: again it is a duplicate, with other content a conflict that is never folded (P5)', async () => {
    expect((await record(...exports())).map(({ status }) => status)).toEqual(['accepted', 'accepted', 'accepted']);
    const before = await world.pipeline.reads.findings(tenant, { limit: 10 });
    expect(before.length).toBeGreaterThan(0);
    const again = await record(exportEvent(1), exportEvent(2, { data_volume_estimate: 1 }));
    expect(again.map(({ status }) => status)).toEqual(['duplicate', 'conflict']);
    expect(await world.pipeline.reads.findings(tenant, { limit: 10 })).toEqual(before);
  });

  it('says record by record why it refuses, and takes the others', async () => {
    const [bad, good] = await record({ nonsense: true }, exportEvent(1));
    expect(bad).toMatchObject({ status: 'refused', faults: [{ code: 'normalise.not_recognised' }] });
    expect(good).toMatchObject({ status: 'accepted', source: 'dlp', eventId: 'e-1' });
  });

  it('rests each finding on an evidence entry of the same commit, which resolves for its tenant alone (P3, P7)', async () => {
    await record(...exports());
    const [finding] = await world.pipeline.reads.findings(tenant, { limit: 10 });
    const id = finding?.evidence.entry_id ?? '';
    const own = await world.database.tenant(tenant, (tx) => world.ledger.resolve(tx, [id]));
    expect(own.get(id)).toMatchObject({ type: 'evidence', succeeded: true, finding: finding?.id });
    const other = await world.database.tenant('stranger', (tx) => world.ledger.resolve(tx, [id]));
    expect(other.size).toBe(0);
    const events = await world.pipeline.reads.findingEvents(tenant, finding?.id ?? '');
    expect(events).toHaveLength(finding?.evidence.count ?? 0);
  });

  it('leaves nothing behind when its transaction fails: no event, no finding, no entry, no job', async () => {
    const failing = () => Promise.reject(new Error('disk full'));
    const events = exports().map((event) => ({ record: event }));
    await expect(world.pipeline.recorder.record(tenant, events, failing)).rejects.toThrow('disk full');
    for (const table of ['events', 'findings', 'outbox', 'job', 'ledger_entry'])
      expect([table, await rows(`select 1 from ${table}`)]).toEqual([table, []]);
    expect((await record(...exports())).every(({ status }) => status === 'accepted')).toBe(true);
  });

  it('keeps the record sealed and gives it back whole', async () => {
    await record(exportEvent(7));
    const event = await world.pipeline.reads.event(tenant, 'dlp', 'e-7');
    expect(event.record).toEqual(exportEvent(7));
    const [{ body }] = (await rows<{ body: Uint8Array }>('select body from events')) as [{ body: Uint8Array }];
    expect(Buffer.from(body).includes('datastore:customers')).toBe(false);
    const [listed] = await world.pipeline.reads.events(tenant, { limit: 5 });
    expect(listed).toMatchObject({ id: 'e-7', source: 'dlp' });
    expect(await world.pipeline.reads.events(tenant, { limit: 5, before: { source: 'dlp', id: 'e-7' } })).toEqual([]);
    await expect(world.pipeline.reads.event('stranger', 'dlp', 'e-7')).rejects.toMatchObject({
      code: 'request.not_found',
    });
  });
});

describe('enrichment (tx 2)', () => {
  it('waits until the events have stopped or the watermark has passed, then scores, groups and publishes', async () => {
    await record(...exports());
    await world.runner.drain();
    expect((await world.pipeline.reads.findings(tenant, { limit: 1 }))[0]?.score).toBeNull();
    await world.drain();
    const findings = await world.pipeline.reads.findings(tenant, { limit: 50 });
    for (const finding of findings) expectScored(finding);
    const [best] = await world.pipeline.reads.incidents(tenant, { limit: 5 });
    expect(best?.findings).toHaveLength(findings.length);
    const told = await published(TOPICS.findingRevised);
    expect(told.length).toBeGreaterThan(0);
    for (const event of told) {
      expect(parseWith(CloudEvent, event)).toMatchObject({ ok: true });
      expect(parseWith(OcsfDetectionFinding, event.data)).toMatchObject({ ok: true });
    }
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  });

  it('scores with less confidence, and says so, when PDRI knows nothing', async () => {
    world.script.facts = () => null;
    await record(...exports());
    await world.drain();
    const [finding] = await world.pipeline.reads.findings(tenant, { limit: 1 });
    expect(finding?.score).toMatchObject({ degraded: true });
  });

  it('does the same after a crash between the reads and their result', async () => {
    world.script.killAt = 'enrich.after-reads';
    await record(...exports());
    await world.clock.advance(2_000);
    await world.runner.drain();
    expect((await world.pipeline.reads.findings(tenant, { limit: 1 }))[0]?.score).toBeNull();
    world.script.killAt = null;
    await world.drain();
    expect((await world.pipeline.reads.findings(tenant, { limit: 1 }))[0]?.score).not.toBeNull();
  });
});

describe('advice and decisions (tx 3)', () => {
  it('asks once per incident revision, runs what is allowed, and keeps what needs a person waiting', async () => {
    let asked = 0;
    world.script.advice = (_, evidence) => {
      asked += 1;
      return { proposals: [proposal(watch, evidence), proposal(block, evidence)] };
    };
    await record(...exports());
    await world.drain();
    expect(asked).toBe(1);
    const decisions = await world.pipeline.reads.decisions(tenant, {});
    expect(decisions.map(({ action, verdict }) => `${action.action_type} ${verdict}`).sort()).toEqual([
      'alert ALLOW',
      'block_access STEP_UP',
    ]);
    const runs = await world.pipeline.reads.runs(tenant, {});
    expect(runs.map(({ action }) => action.action_type)).toEqual(['alert']);
    expect(runs[0]).toMatchObject({
      status: 'waiting',
      decision_id: decisions.find(({ verdict }) => verdict === 'ALLOW')?.id,
    });
    const [incident] = await world.pipeline.reads.incidents(tenant, { limit: 1 });
    const { advice } = await world.pipeline.reads.incident(tenant, incident?.id ?? '');
    expect(advice?.decisions).toHaveLength(2);
    expect(await published(TOPICS.actionDecided)).toHaveLength(2);
    const [wanted] = await published(TOPICS.approvalRequested);
    expect(JSON.stringify(wanted)).not.toContain('nonce');
  });

  it('never decides the same action of a finding again when a late event makes a new revision', async () => {
    world.script.advice = (_, evidence) => ({ proposals: [proposal(watch, evidence)] });
    await record(...exports());
    await world.drain();
    await record(exportEvent(4));
    await world.drain();
    expect(await world.pipeline.reads.decisions(tenant, {})).toHaveLength(1);
    expect(await world.pipeline.reads.runs(tenant, {})).toHaveLength(1);
  });

  it('runs nothing on evidence that is not there, and the reason stands in the ledger (P2, P3)', async () => {
    world.script.advice = () => ({
      proposals: [proposal(watch, ['018f0000-0000-7000-8000-000000000000'])],
      refused: [{ action: 'reboot', code: 'analyst.unknown_action', message: 'no such action' }],
    });
    await record(...exports());
    await world.drain();
    expect((await world.pipeline.reads.decisions(tenant, {})).map(({ verdict }) => verdict)).toEqual(['DENY']);
    expect(await world.pipeline.reads.runs(tenant, {})).toEqual([]);
    const entries = await world.pipeline.proofs.entries(tenant, { type: 'decision' });
    expect(entries.map(({ entry }) => entry.facts['codes']).join(' ')).toContain('analyst.unknown_action');
  });

  it('asks again later when the analyst does not answer', async () => {
    let down = true;
    world.script.advice = () => (down ? { kind: 'unavailable', code: 'llm.timeout' } : {});
    await record(...exports());
    await world.clock.advance(2_000);
    await world.runner.drain();
    const [incident] = await world.pipeline.reads.incidents(tenant, { limit: 1 });
    expect((await world.pipeline.reads.incident(tenant, incident?.id ?? '')).advice).toBeNull();
    down = false;
    await world.drain();
    expect((await world.pipeline.reads.incident(tenant, incident?.id ?? '')).advice).not.toBeNull();
  });

  it('gives the same decisions after a crash between the answer and its decisions', async () => {
    world.script.advice = (_, evidence) => ({ proposals: [proposal(watch, evidence)] });
    world.script.killAt = 'advise.after-answer';
    await record(...exports());
    await world.clock.advance(2_000);
    await world.runner.drain();
    expect(await world.pipeline.reads.decisions(tenant, {})).toEqual([]);
    world.script.killAt = null;
    await world.drain();
    expect(await world.pipeline.reads.runs(tenant, {})).toHaveLength(1);
  });
});

describe('approvals', () => {
  const notify: Action = { action_type: 'rate_limit', target: { type: 'identity', id: 'identity:eve' }, params: {} };

  async function waiting() {
    world.script.advice = (_, evidence) => ({ proposals: [proposal(notify, evidence)] });
    await record(...exports());
    await world.drain();
    const [approval] = await world.pipeline.reads.approvals(tenant, { status: 'pending' });
    if (!approval) throw new Error('nothing waits');
    return approval;
  }

  it('reads the evidence anew and judges again, and the ALLOW names the approval', async () => {
    const approval = await waiting();
    const ann = principal(tenant, 'ann', 'approver');
    const vote = { approvalId: approval.id, approved: true, nonce: approval.nonce, assurance: 'session' } as const;
    expect(await world.pipeline.approvals.vote(ann, vote)).toMatchObject({ status: 'approved' });
    await world.drain();
    const [allowed] = await world.pipeline.reads.decisions(tenant, { verdict: 'ALLOW' });
    expect(allowed?.approvals.length).toBeGreaterThan(0);
    expect(allowed?.evidence.length).toBeGreaterThan(0);
    expect(await world.pipeline.reads.runs(tenant, {})).toMatchObject([{ decision_id: allowed?.id }]);
    expect(await world.pipeline.approvals.vote(ann, vote)).toMatchObject({ status: 'refused' });
  });

  it('plans nothing on a no, on a stranger, or twice after a crash', async () => {
    const approval = await waiting();
    const vote = { approvalId: approval.id, nonce: approval.nonce, assurance: 'session' } as const;
    const stranger = principal('stranger', 'eve', 'approver');
    expect(await world.pipeline.approvals.vote(stranger, { ...vote, approved: true })).toMatchObject({
      status: 'refused',
    });
    world.script.killAt = 'judge.after-reads';
    const ann = principal(tenant, 'ann', 'approver');
    await world.pipeline.approvals.vote(ann, { ...vote, approved: true });
    await world.runner.drain();
    expect(await world.pipeline.reads.runs(tenant, {})).toEqual([]);
    world.script.killAt = null;
    await world.drain();
    expect(await world.pipeline.reads.runs(tenant, {})).toHaveLength(1);
  });

  it('a denial is final', async () => {
    const approval = await waiting();
    const ann = principal(tenant, 'ann', 'approver');
    const vote = { approvalId: approval.id, approved: false, nonce: approval.nonce, assurance: 'session' } as const;
    expect(await world.pipeline.approvals.vote(ann, vote)).toMatchObject({ status: 'denied' });
    await world.drain();
    expect(await world.pipeline.reads.runs(tenant, {})).toEqual([]);
    expect((await world.pipeline.reads.approval(tenant, approval.id)).status).toBe('denied');
  });
});

describe('people', () => {
  it('get advice that is judged and shown, and cannot run', async () => {
    await record(...exports());
    await world.drain();
    const [finding] = await world.pipeline.reads.findings(tenant, { limit: 1 });
    const id = finding?.evidence.entry_id ?? '';
    world.script.advice = (_, evidence) => ({ proposals: [proposal(watch, evidence)], citations: [...evidence] });
    const request = {
      finding_id: finding?.id ?? '',
      tenant_id: tenant,
      entity: { type: 'identity', id: 'identity:eve' },
      severity: 'high',
      risk_score: 80,
      exposure_paths: [],
      evidence_refs: [id, 'made-up'],
    };
    const before = await world.pipeline.reads.decisions(tenant, {});
    const { advice, decisions, citations } = await world.pipeline.consultation.advise(
      principal(tenant, 'ann', 'analyst'),
      request,
    );
    expect(advice.citations).toEqual([id]);
    expect(citations.get(id)).toMatchObject({ call_id: id });
    expect(decisions).toMatchObject([{ verdict: 'ALLOW' }]);
    expect(decisions[0]?.id).toBeUndefined();
    expect(await world.pipeline.reads.decisions(tenant, {})).toEqual(before);
    const chat = await world.pipeline.consultation.chat(principal(tenant, 'ann', 'analyst'), {
      message: 'why?',
      context: { evidence_refs: [id, 7] },
    });
    expect(chat.advice.citations).toEqual([id]);
    expect(
      (await world.pipeline.consultation.chat(principal(tenant, 'ann', 'analyst'), { message: 'why?' })).decisions,
    ).toHaveLength(1);
  });

  it('propose actions that go the same way as the analyst’s, on findings of their own tenant only', async () => {
    await record(...exports());
    await world.drain();
    const [finding] = await world.pipeline.reads.findings(tenant, { limit: 1 });
    const act = {
      action: watch,
      findingId: finding?.id ?? null,
      confidence: 0.9,
      evidence: [finding?.evidence.entry_id ?? ''],
    };
    const allowed = await world.pipeline.actions.propose(principal(tenant, 'ann', 'analyst'), act);
    expect(allowed).toMatchObject({ decision: { verdict: 'ALLOW' }, approval: null });
    expect(allowed.run).toEqual(await world.pipeline.reads.run(tenant, allowed.run?.id ?? ''));
    await expect(world.pipeline.actions.propose(principal('stranger', 'eve', 'analyst'), act)).rejects.toMatchObject({
      code: 'request.not_found',
    });
    const other = { ...act, findingId: null };
    const foreign = await world.pipeline.actions.propose(principal('stranger', 'eve', 'analyst'), other);
    expect(foreign.decision.verdict).toBe('DENY');
  });

  it('halt their tenant and see what already left', async () => {
    const change = { reason: 'drill', by: 'olga' };
    expect(await world.pipeline.halts.halt(tenant, change)).toMatchObject({ halted: true, in_flight: [] });
    expect(await world.pipeline.halts.state('stranger')).toMatchObject({ halted: false });
    expect(await world.pipeline.halts.resume(tenant, change)).toMatchObject({ halted: false });
  });

  it('set a mode that stays, for their tenant', async () => {
    expect(await world.pipeline.reads.mode(tenant)).toBe('security');
    await world.pipeline.reads.setMode(tenant, 'research');
    await world.pipeline.reads.setMode(tenant, 'design');
    expect(await world.pipeline.reads.mode(tenant)).toBe('design');
    expect(await world.pipeline.reads.mode('stranger')).toBe('security');
  });
});

describe('proofs', () => {
  it('cover everything once it is sequenced, and verify without us', async () => {
    await record(...exports());
    await world.drain();
    await record(exportEvent(8));
    const [entry] = await world.pipeline.proofs.newest(tenant, 1);
    const id = entry?.entry.id ?? '';
    await expect(world.pipeline.proofs.inclusion(tenant, id)).rejects.toMatchObject({ code: 'ledger.proof_pending' });
    while ((await world.sequencer.round()) > 0);
    const first = await world.pipeline.proofs.checkpoint(tenant);
    const inclusion = await world.pipeline.proofs.inclusion(tenant, id);
    expect(inclusion).toMatchObject({ entry_id: id, index: first.size - 1, size: first.size });
    await expect(world.pipeline.proofs.inclusion(tenant, '018f0000-0000-7000-8000-000000000000')).rejects.toMatchObject(
      {
        code: 'request.not_found',
      },
    );
    await record(exportEvent(9));
    while ((await world.sequencer.round()) > 0);
    expect(await world.pipeline.proofs.consistency(tenant, first.size)).toMatchObject({ from: first.size });
    expect(await world.pipeline.proofs.consistency(tenant, first.note)).toMatchObject({ from: first.size });
    await expect(world.pipeline.proofs.consistency(tenant, 1_000_000)).rejects.toMatchObject({
      code: 'ledger.proof_pending',
    });
    const bytes = await world.pipeline.proofs.bundle(tenant, { kind: 'all' }, { since: [first.note] });
    const trust = world.pipeline.proofs.trust(tenant);
    expect(verifyBundle(bytes, { trust, since: [first.note] })).toMatchObject({ ok: true, faults: [] });
    const foreign = createTrustFile({ logs: [world.options.logs.verifierKey('stranger')] });
    expect(verifyBundle(bytes, { trust: foreign }).ok).toBe(false);
  });
});
