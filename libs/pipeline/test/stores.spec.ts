import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityRef, Run } from '@dmitry/contracts';
import { modeOf, type FoundFinding } from '../src/core/index.ts';
import { runFinished } from '../src/core/publish.ts';
import { exportEvent, openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.database.close());

const id = (n: number): string => n.toString(16).padStart(64, '0');
const eve: EntityRef = { type: 'identity', id: 'eve' };
const found = (n: number, digest = id(n)): FoundFinding => ({
  id: id(n),
  rule: { id: 'r', title: 'Rule' },
  title: `Finding ${n}`,
  description: '',
  level: n % 2 === 0 ? 'high' : 'low',
  techniques: ['T1048'],
  tactics: ['exfiltration'],
  entities: [eve],
  primary: null,
  events: [{ source: 's', id: `e${n}`, timeMs: n, digest: id(n) }],
  count: 1,
  firstMs: n,
  lastMs: n,
  digest,
  evidence: { entry_id: '018f0000-0000-7000-8000-000000000000', count: 1, root: id(n) },
});

describe('stored findings', () => {
  it('come to a new revision only when they say something else, and back when they were resolved', async () => {
    const { findings } = world.options;
    await world.database.tenant('store', async (tx) => {
      expect(await findings.put(tx, [found(1)])).toMatchObject([{ revision: 1, status: 'open', primary: null }]);
      expect(await findings.put(tx, [found(1)])).toEqual([]);
      expect(await findings.put(tx, [found(1, id(99))])).toMatchObject([{ revision: 2 }]);
      expect(await findings.retract(tx, [id(1)])).toMatchObject([{ revision: 3, status: 'resolved' }]);
      expect(await findings.retract(tx, [id(1)])).toEqual([]);
      expect(await findings.put(tx, [found(1, id(99))])).toMatchObject([{ status: 'open' }]);
      expect(await findings.setStatus(tx, id(1), 'acknowledged')).toBe(true);
      expect(await findings.setStatus(tx, id(2), 'acknowledged')).toBe(false);
      expect((await findings.get(tx, id(1)))?.status).toBe('acknowledged');
    });
  });

  it('are listed by severity then id, page by page and filtered, without one left out or twice', async () => {
    const { findings } = world.options;
    await world.database.tenant('pages', async (tx) => {
      await findings.put(
        tx,
        [1, 2, 3, 4, 5].map((n) => found(n)),
      );
      const seen: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await findings.list(tx, { limit: 2, ...(after === undefined ? {} : { after }) });
        seen.push(...page.map((one) => one.id));
        after = page.at(-1)?.id;
        if (page.length < 2) break;
      }
      expect(seen).toEqual([2, 4, 1, 3, 5].map(id));
      expect((await findings.list(tx, { limit: 9, severity: 'high', status: 'open' })).map((one) => one.id)).toEqual([
        id(2),
        id(4),
      ]);
      expect(await findings.list(tx, { limit: 9, incident: id(7) })).toEqual([]);
      expect(await findings.events(tx, id(3), 5)).toEqual([{ source: 's', id: 'e3', timeMs: 3, digest: id(3) }]);
    });
  });

  it('a score of an older revision does not count', async () => {
    const { findings } = world.options;
    await world.database.tenant('scores', async (tx) => {
      await findings.put(tx, [found(1)]);
      await findings.put(tx, [found(1, id(50))]);
      const score = { score: 50, band: 'medium', confidence: 0.5, terms: [], formula: 'f', degraded: false } as const;
      await findings.writeScore(tx, { id: id(1), revision: 1 }, { score: { ...score, terms: [] }, facts: [] });
      expect((await findings.get(tx, id(1)))?.score).toBeNull();
      expect(await findings.unscored(tx, 5)).toHaveLength(1);
    });
  });
});

describe('stored incidents', () => {
  it('change revision with their content, and are resolved when their findings belong to another', async () => {
    const { incidents } = world.options;
    const draft = (n: number, score: number) => ({
      id: id(n),
      tenant_id: 'incidents',
      title: 'Incident',
      score,
      band: 'high' as const,
      entities: [eve],
      techniques: [],
      findings: [id(1)],
      reason: [],
      first_seen: '2026-03-01T10:00:00.000Z',
      last_seen: '2026-03-01T10:00:00.000Z',
    });
    await world.database.tenant('incidents', async (tx) => {
      expect(await incidents.replace(tx, [draft(1, 70)])).toMatchObject([{ revision: 1, status: 'open' }]);
      expect(await incidents.replace(tx, [draft(1, 70)])).toEqual([]);
      expect(await incidents.replace(tx, [draft(1, 71)])).toMatchObject([{ revision: 2 }]);
      expect((await incidents.replace(tx, [draft(2, 90)])).map(({ status }) => status)).toEqual(['open', 'resolved']);
      expect((await incidents.list(tx, { limit: 5, status: 'open' })).map((one) => one.id)).toEqual([id(2)]);
      expect(await incidents.replace(tx, [draft(1, 71), draft(2, 90)])).toMatchObject([{ id: id(1), status: 'open' }]);
    });
  });
});

describe('what is gone', () => {
  it('is not readable once the tenant’s key is erased: the event’s place stays, its content does not', async () => {
    await world.pipeline.recorder.record('erased', [{ record: exportEvent(1), index: 3 }]);
    await world.database.tenant('erased', (tx) => tx.query('delete from data_key'));
    await expect(world.pipeline.reads.event('erased', 'dlp', 'e-1')).rejects.toMatchObject({
      code: 'request.not_found',
    });
    expect(await world.pipeline.reads.events('erased', { limit: 5 })).toEqual([]);
  });
});

it('a mode is known by its name or alias, and nothing else is one', () => {
  expect([' Audit ', 'DEV', 'research', 'constructor', ''].map(modeOf)).toEqual([
    'security',
    'developer',
    'research',
    null,
    null,
  ]);
});

it('a finished run is published under its id, one record per status', () => {
  const run = { id: id(1), tenant_id: 't', status: 'succeeded', updated_at: '2026-03-01T10:00:00.000Z' } as Run;
  expect(runFinished(run)).toMatchObject({ key: `t/${id(1)}`, topic: 'dmitry.actions.run-finished.v1' });
});
