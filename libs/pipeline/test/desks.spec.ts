import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Action } from '@dmitry/contracts';
import { listWork } from '@dmitry/storage';
import { HOUSEKEEPING_WORK } from '../src/core/index.ts';
import { exportEvent, openWorld, principal, proposal, type World } from './support/world.ts';

let world: World;
let serial = 0;
let tenant = '';
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.database.close());
beforeEach(() => {
  tenant = `d${serial++}`;
  world.script.advice = (_, evidence) => ({ proposals: [proposal(limit, evidence)] });
  world.script.facts = () => ({ exposure: 0.9, sensitivity: 0.9, volatility: 0.2 });
});

const limit: Action = { action_type: 'rate_limit', target: { type: 'identity', id: 'identity:eve' }, params: {} };
const watch: Action = { ...limit, action_type: 'alert' };
const DAY_MS = 86_400_000;
const operator = () => principal(tenant, 'olga', 'operator');

/** The tenant's first events, until everything that needs no person has happened. */
async function happen(action: Action = limit): Promise<void> {
  world.script.advice = (_, evidence) => ({ proposals: [proposal(action, evidence)] });
  await world.pipeline.recorder.record(
    tenant,
    [1, 2, 3].map((n) => ({ record: exportEvent(n) })),
  );
  await world.drain();
}
const listed = async () =>
  (await world.database.worker((tx) => listWork(tx, HOUSEKEEPING_WORK))).filter((item) => item.tenant === tenant);
const openApproval = async () => {
  const [approval] = await world.pipeline.reads.approvals(tenant, { status: 'pending' });
  return approval?.id ?? '';
};

describe('housekeeping', () => {
  it('closes an approval that nobody answered in time, once, in the ledger, and then leaves the tenant alone', async () => {
    await happen();
    const id = await openApproval();
    expect(await world.pipeline.housekeeping.round()).toBe(0);
    expect(await listed()).toHaveLength(1);
    await world.clock.advance(7 * DAY_MS);
    expect(await world.pipeline.housekeeping.round()).toBeGreaterThanOrEqual(1);
    expect(await world.pipeline.reads.approval(tenant, id)).toMatchObject({ status: 'expired' });
    const entries = await world.pipeline.proofs.entries(tenant, { type: 'approval' });
    expect(entries.filter(({ entry }) => entry.facts['status'] === 'expired')).toHaveLength(1);
    expect(await listed()).toEqual([]);
    expect(await world.pipeline.housekeeping.round()).toBe(0);
  });
});

describe('what only an operator does', () => {
  it('is refused to others, and nothing happens', async () => {
    await happen(watch);
    const analyst = principal(tenant, 'ann', 'analyst');
    const [run] = await world.pipeline.reads.runs(tenant, {});
    const { pipeline } = world;
    const asked = [
      () => pipeline.runs.cancel(analyst, run?.id ?? '', 'no'),
      () => pipeline.approvers.register(analyst, 'bob', Buffer.alloc(32, 1).toString('base64')),
      () => pipeline.policies.activate(analyst, {}),
      () => pipeline.erasures.erase(analyst, { reason: 'no' }),
    ];
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'auth.forbidden' });
    expect(await pipeline.approvers.list(tenant)).toEqual([]);
    expect(await pipeline.reads.run(tenant, run?.id ?? '')).toEqual(run);
  });

  it('a run of which nothing has left is cancelled; an effect given to a person is settled, by somebody else than who asked', async () => {
    await happen(watch);
    const [run] = await world.pipeline.reads.runs(tenant, {});
    const id = run?.id ?? '';
    const key = run?.effects[0]?.effect_key ?? '';
    const resolution = { resolution: 'confirmed', note: 'seen in the console' } as const;
    await expect(world.pipeline.runs.resolve(operator(), id, key, resolution)).rejects.toMatchObject({
      code: 'workflow.effect_not_escalated',
    });
    await world.database.tenant(tenant, (tx) => world.options.runs.writeEffect(tx, id, key, { state: 'escalated' }));
    await expect(world.pipeline.runs.cancel(operator(), id, 'late')).rejects.toMatchObject({
      code: 'workflow.run_not_cancellable',
    });
    expect(await world.pipeline.runs.resolve(operator(), id, key, resolution)).toMatchObject({ status: 'succeeded' });
    await expect(world.pipeline.runs.resolve(operator(), 'f'.repeat(64), key, resolution)).rejects.toMatchObject({
      code: 'workflow.run_not_found',
    });
    const [settled] = await world.pipeline.proofs.entries(tenant, { type: 'outcome', newestFirst: true, limit: 1 });
    expect(settled?.entry.facts).toMatchObject({ by: 'person', status: 'confirmed' });
  });

  it('a cancelled run never runs', async () => {
    await happen(watch);
    const [run] = await world.pipeline.reads.runs(tenant, {});
    expect(await world.pipeline.runs.cancel(operator(), run?.id ?? '', 'not now')).toMatchObject({
      status: 'cancelled',
    });
  });

  it('keys of approvers are registered, replaced and revoked', async () => {
    const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
    const { approvers } = world.pipeline;
    await expect(approvers.register(operator(), 'bob', 'short')).rejects.toMatchObject({ code: 'gate.key_invalid' });
    await approvers.register(operator(), 'bob', key(1));
    await approvers.register(operator(), 'bob', key(2));
    expect(await approvers.find(tenant, 'bob')).toMatchObject({ subject: 'bob', public_key: key(2) });
    await approvers.revoke(operator(), 'bob');
    await expect(approvers.find(tenant, 'bob')).rejects.toMatchObject({ code: 'request.not_found' });
    await expect(approvers.revoke(operator(), 'bob')).rejects.toMatchObject({ code: 'request.not_found' });
  });

  it('a policy is shown and replaced, which voids what was asked for under the old one; what is no policy is refused', async () => {
    await happen();
    const id = await openApproval();
    const { policies } = world.pipeline;
    const { document, policy } = await policies.active(tenant);
    const changed = { ...(document as object), version: 'stricter-1' };
    await expect(policies.activate(operator(), { version: 1 })).rejects.toMatchObject({ code: 'gate.policy_invalid' });
    const activated = await policies.activate(operator(), changed);
    expect(activated).toMatchObject({ policy: { version: 'stricter-1' }, voided: [id] });
    expect(activated.policy.digest).not.toBe(policy?.digest);
    expect((await policies.active(tenant)).policy).toEqual(activated.policy);
  });

  it('everything of a tenant is erased only where it is named; the proofs stay', async () => {
    await happen(watch);
    await expect(world.pipeline.erasures.erase(operator(), { reason: 'request 17' })).rejects.toMatchObject({
      code: 'pipeline.erasure_unconfirmed',
    });
    const shown = async (id: string) => {
      const revealed = await world.database.tenant(tenant, (tx) => world.options.ledger.reveal(tx, id));
      return Object.keys(revealed?.committed ?? {});
    };
    const before = await world.pipeline.proofs.entries(tenant, { type: 'decision' });
    for (const { entry } of before) expect(await shown(entry.id)).toContain('judged');
    const erased = await world.pipeline.erasures.erase(operator(), { reason: 'request 17', confirm: tenant });
    expect(erased.keys).toBeGreaterThan(0);
    const after = await world.pipeline.proofs.entries(tenant, { limit: 200 });
    expect(after.map(({ entry }) => entry.id)).toEqual(expect.arrayContaining(before.map(({ entry }) => entry.id)));
    for (const { entry } of before) expect(await shown(entry.id)).toEqual([]);
  });
});

describe('the log as static tiles', () => {
  it('gives a tile by its name, and says that there is none for every other name', async () => {
    await happen(watch);
    const { proofs } = world.pipeline;
    const { size } = await proofs.checkpoint(tenant);
    expect(await proofs.tile(tenant, `tile/0/000.p/${size}`)).toHaveLength(size * 32);
    for (const name of ['tile/0/001', 'tile/9/000', 'nothing', '../tile/0/000'])
      await expect(proofs.tile(tenant, name)).rejects.toMatchObject({ code: 'request.not_found' });
    expect(await proofs.minimumIndex(tenant)).toBe(0);
  });
});

describe('a request for approval', () => {
  it('is withdrawn by who asked or an operator, and by nobody else', async () => {
    await happen();
    const id = await openApproval();
    const other = principal(tenant, 'mallory', 'analyst');
    await expect(world.pipeline.approvals.withdraw(other, id, 'withdrawn')).rejects.toMatchObject({
      code: 'auth.forbidden',
    });
    expect(await world.pipeline.approvals.withdraw(operator(), id, 'withdrawn')).toMatchObject({ status: 'voided' });
    await expect(world.pipeline.approvals.withdraw(operator(), id, 'withdrawn')).rejects.toMatchObject({
      code: 'gate.approval_closed',
    });
    await expect(world.pipeline.approvals.withdraw(operator(), 'none', 'withdrawn')).rejects.toMatchObject({
      code: 'gate.approval_not_found',
    });
  });
});
