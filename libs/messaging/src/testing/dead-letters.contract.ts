import { describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Database } from '@dmitry/storage';
import { createDataKeys, createSealer } from '@dmitry/storage/sql';
import { DEAD_LETTER_HEADERS, type DeadLetters, MAX_RECORD_BYTES, type RefusedRecord } from '../core/index.ts';
import { createDeadLetters, createOutbox } from '../storage/index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

export function describeDeadLetters(database: () => Database): void {
  describe('dead letters', () => {
    const ids = new SeededIds(new ManualClock(), 'dead letters');
    const keys = createDataKeys({ ids, masterKey: ids.bytes(32) });
    const letters: DeadLetters = createDeadLetters({ outbox: createOutbox(), keys, sealer: createSealer(ids) });
    const refused = (offset: string, more: Partial<RefusedRecord> = {}): RefusedRecord => ({
      topic: 'security-events',
      partition: 2,
      record: {
        offset,
        key: 'k',
        value: bytes(`{"at":${offset}`),
        headers: { traceparent: TRACEPARENT },
        timestampMs: 1,
      },
      code: 'normalise.malformed_json',
      detail: 'no JSON',
      ...more,
    });
    const put = (offset: string, more?: Partial<RefusedRecord>): Promise<string> =>
      database().tenant('a', (tx) => letters.put(tx, refused(offset, more)));
    const sent = (): Promise<{ topic: string; key: string; value: Uint8Array; headers: Record<string, string> }[]> =>
      database().tenant('a', (tx) => tx.query('SELECT topic, key, value, headers FROM outbox ORDER BY id'));

    it('keep the original bytes, headers and the reason', async () => {
      const id = await put('7');
      expect(await database().tenant('a', (tx) => letters.get(tx, id))).toEqual({
        id,
        topic: 'security-events',
        partition: 2,
        offset: '7',
        key: 'k',
        value: bytes('{"at":7'),
        headers: { traceparent: TRACEPARENT },
        code: 'normalise.malformed_json',
        detail: 'no JSON',
        refusedAt: expect.any(Date),
        replayedAt: null,
      });
      expect(await database().tenant('b', (tx) => letters.get(tx, id))).toBeNull();
    });

    it('are announced on the dead-letter topic with the reason, once however often the record is refused', async () => {
      const id = await put('7');
      expect(await put('7')).toBe(id);
      expect(await sent()).toEqual([
        {
          topic: 'security-events.dlq',
          key: 'k',
          value: bytes('{"at":7'),
          headers: {
            traceparent: TRACEPARENT,
            [DEAD_LETTER_HEADERS.id]: id,
            [DEAD_LETTER_HEADERS.code]: 'normalise.malformed_json',
            [DEAD_LETTER_HEADERS.detail]: 'no JSON',
            [DEAD_LETTER_HEADERS.topic]: 'security-events',
            [DEAD_LETTER_HEADERS.partition]: '2',
            [DEAD_LETTER_HEADERS.offset]: '7',
          },
        },
      ]);
    });

    it('of a record as large as a bus takes are announced without its bytes, which are kept', async () => {
      const record = { offset: '1', key: null, value: new Uint8Array(MAX_RECORD_BYTES), headers: {}, timestampMs: 1 };
      const id = await put('1', { record });
      expect(await sent()).toMatchObject([
        { key: id, value: bytes(''), headers: { [DEAD_LETTER_HEADERS.omitted]: 'too large' } },
      ]);
      const kept = await database().tenant('a', (tx) => letters.get(tx, id));
      expect(kept?.value).toHaveLength(MAX_RECORD_BYTES);
    });

    it('are listed newest first, page by page, by reason', async () => {
      const [one, two, three] = [await put('1'), await put('2', { code: 'other.reason' }), await put('3')];
      const list = (query: { limit: number; after?: string; code?: string }): Promise<string[]> =>
        database().tenant('a', async (tx) => (await letters.list(tx, query)).map(({ id }) => id));
      expect(await list({ limit: 2 })).toEqual([three, two]);
      expect(await list({ limit: 2, after: two })).toEqual([one]);
      expect(await list({ limit: 9, code: 'other.reason' })).toEqual([two]);
    });

    it('are published to their topic again by a replay, marked as such', async () => {
      const id = await put('7');
      await database().tenant('a', (tx) => letters.replay(tx, id));
      const replayed = (await sent()).at(-1);
      expect(replayed).toEqual({
        topic: 'security-events',
        key: 'k',
        value: bytes('{"at":7'),
        headers: { traceparent: TRACEPARENT, [DEAD_LETTER_HEADERS.replayOf]: id },
      });
      const after = await database().tenant('a', (tx) => letters.get(tx, id));
      expect(after?.replayedAt).toEqual(expect.any(Date));
    });

    it('cannot be replayed when there is none, or when its bytes were erased with the tenant’s key', async () => {
      const replay = (id: string): Promise<void> => database().tenant('a', (tx) => letters.replay(tx, id));
      await expect(replay('none')).rejects.toMatchObject({ code: 'messaging.dead_letter_not_found' });
      const id = await put('7');
      await database().tenant('a', (tx) => keys.erase(tx));
      await expect(replay(id)).rejects.toMatchObject({ code: 'messaging.dead_letter_erased' });
      expect(await database().tenant('a', (tx) => letters.get(tx, id))).toMatchObject({ offset: '7', value: null });
    });

    it('of what came off the bus are kept, and neither announced nor published again', async () => {
      const id = await put('7', { topic: 'http:/v1/events' });
      expect(await sent()).toEqual([]);
      const replay = database().tenant('a', (tx) => letters.replay(tx, id));
      await expect(replay).rejects.toMatchObject({ code: 'messaging.dead_letter_off_the_bus' });
      expect(await sent()).toEqual([]);
      const kept = await database().tenant('a', (tx) => letters.get(tx, id));
      expect(kept).toMatchObject({ topic: 'http:/v1/events', value: bytes('{"at":7'), replayedAt: null });
    });

    it('do not show the bytes to who reads the table', async () => {
      await put('7');
      const [row] = await database().tenant('a', (tx) =>
        tx.query<{ sealed: Uint8Array }>('SELECT sealed FROM dead_letter'),
      );
      expect(new TextDecoder('latin1').decode(row?.sealed)).not.toContain('"at"');
    });
  });
}
