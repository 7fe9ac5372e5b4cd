import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportEvent, openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.database.close());

const submit = (tenant: string, text: string) =>
  world.pipeline.submissions.submit(tenant, {
    events: (JSON.parse(text) as { records: unknown[] }).records.map((record) => ({ record })),
    body: Buffer.from(text),
  });
const written = JSON.stringify(exportEvent(1, { data_volume_estimate: 5 }), null, 1).replace('": 5', '": 5.0');

describe('events that somebody sends', () => {
  it('in conflict with an accepted one are kept with the bytes in which they were written, once', async () => {
    await submit('acme', JSON.stringify({ records: [exportEvent(1)] }));
    const text = `{"records": [${JSON.stringify(exportEvent(2))}, ${written}]}`;
    for (const first of ['accepted', 'duplicate'])
      expect(await submit('acme', text)).toMatchObject([{ status: first }, { status: 'conflict', eventId: 'e-1' }]);
    const letters = await world.pipeline.deadLetters.list('acme', { limit: 5 });
    expect(letters).toMatchObject([
      { topic: 'http:/v1/events', key: 'e-1', code: 'messaging.inbox_conflict', replayed_at: null },
    ]);
    const { value } = await world.pipeline.deadLetters.get('acme', letters[0]?.id ?? '');
    expect(Buffer.from(value ?? '', 'base64').toString()).toBe(written);
  });
});

describe('dead letters of a tenant', () => {
  it('are found by no other tenant, to read as to replay', async () => {
    const [letter] = await world.pipeline.deadLetters.list('acme', { limit: 1 });
    const unknown = { code: 'messaging.dead_letter_not_found' };
    await expect(world.pipeline.deadLetters.get('stranger', letter?.id ?? '')).rejects.toMatchObject(unknown);
    await expect(world.pipeline.deadLetters.replay('stranger', letter?.id ?? '')).rejects.toMatchObject(unknown);
    expect(await world.pipeline.deadLetters.list('stranger', { limit: 5 })).toEqual([]);
  });

  it('go to their topic again on replay, and say since when', async () => {
    const record = { offset: '7', key: null, value: Buffer.from('{'), headers: {}, timestampMs: 0 };
    const refused = { topic: 'acme-events', partition: 0, record, code: 'normalise.malformed_json', detail: 'no JSON' };
    const id = await world.database.tenant('acme', (tx) => world.options.deadLetters.put(tx, refused));
    expect(await world.pipeline.deadLetters.replay('acme', id)).toMatchObject({ id, replayed_at: expect.any(String) });
    const sent = await world.database.tenant('acme', (tx) =>
      tx.query('SELECT topic FROM outbox WHERE topic = $1', ['acme-events']),
    );
    expect(sent).toEqual([{ topic: 'acme-events' }]);
  });
});
