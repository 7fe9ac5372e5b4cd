import { describe, expect, it } from '@jest/globals';
import type { Database } from '@dmitry/storage';
import type { Inbox } from '../core/index.ts';
import { MemoryMetrics } from '@dmitry/telemetry/memory';
import { createInbox, createOffsets } from '../storage/index.ts';

export function describeInbox(database: () => Database): void {
  describe('inbox', () => {
    const inbox: Inbox = createInbox();
    const message = (id: string, digest = 'd1', source = 's'): { source: string; id: string; digest: string } => ({
      source,
      id,
      digest,
    });

    it('accepts a message once in a tenant, and knows the same content again', async () => {
      const accept = (tenant: string): Promise<string> =>
        database().tenant(tenant, (tx) => inbox.accept(tx, message('1')));
      expect([await accept('a'), await accept('a'), await accept('b')]).toEqual(['new', 'duplicate', 'new']);
      expect(await database().tenant('a', (tx) => inbox.accept(tx, message('1', 'd1', 'other source')))).toBe('new');
    });

    it('accepts nothing when the transaction rolls back', async () => {
      const failed = database().tenant('a', async (tx) => {
        await inbox.accept(tx, message('1'));
        throw new Error('later step failed');
      });
      await expect(failed).rejects.toThrow('later step failed');
      expect(await database().tenant('a', (tx) => inbox.accept(tx, message('1')))).toBe('new');
    });

    it('answers for a batch in its order, doubles and contradictions within it included', async () => {
      await database().tenant('a', (tx) => inbox.acceptAll(tx, [message('old'), message('old, other content')]));
      const batch = [
        message('z'),
        message('old'),
        message('old, other content', 'd2'),
        message('z'),
        message('z', 'd9'),
        message('y'),
      ];
      const outcomes = await database().tenant('a', (tx) => inbox.acceptAll(tx, batch));
      expect(outcomes).toEqual(['new', 'duplicate', 'conflict', 'duplicate', 'conflict', 'new']);
      expect(await database().tenant('a', (tx) => inbox.acceptAll(tx, []))).toEqual([]);
    });

    it('counts what it answered', async () => {
      const metrics = new MemoryMetrics();
      const counted = createInbox(metrics);
      const batch = [message('1'), message('1'), message('1', 'd2'), message('2')];
      await database().tenant('a', (tx) => counted.acceptAll(tx, batch));
      await database().tenant('a', (tx) => counted.accept(tx, message('2')));
      const count = (outcome: string) => metrics.value('messaging_inbox_messages_total', { outcome });
      expect(['new', 'duplicate', 'conflict'].map(count)).toEqual([2, 2, 1]);
    });

    it('keeps both digests of a conflict and shows them, once however often it comes', async () => {
      const see = (digest: string): Promise<string> =>
        database().tenant('a', (tx) => inbox.accept(tx, message('1', digest)));
      await see('d1');
      await see('d2');
      await see('d2');
      const conflicts = await database().tenant('a', (tx) => inbox.conflicts(tx, 10));
      expect(conflicts).toEqual([{ source: 's', id: '1', digest: 'd1', otherDigest: 'd2', seenAt: expect.any(Date) }]);
      expect(await database().tenant('b', (tx) => inbox.conflicts(tx, 10))).toEqual([]);
    });

    it('gives one of many concurrent transactions the message', async () => {
      const batches = Array.from({ length: 6 }, (_, at) => (at % 2 ? ['1', '2', '3'] : ['3', '2', '1']));
      const outcomes = await Promise.all(
        batches.map((ids) =>
          database().tenant('a', (tx) =>
            inbox.acceptAll(
              tx,
              ids.map((id) => message(id)),
            ),
          ),
        ),
      );
      expect(outcomes.flat().filter((outcome) => outcome === 'new')).toHaveLength(3);
      expect(outcomes.flat().filter((outcome) => outcome === 'duplicate')).toHaveLength(15);
    });
  });
}

export function describeOffsets(database: () => Database): void {
  describe('offsets', () => {
    const offsets = createOffsets();
    const get = (tenant: string, partition = 0): Promise<string | null> =>
      database().tenant(tenant, (tx) => offsets.get(tx, 'g', 't', partition));

    it('are kept with the transaction, for a tenant and a partition, beyond what a double holds', async () => {
      expect(await get('a')).toBeNull();
      await database().tenant('a', (tx) => offsets.put(tx, 'g', 't', 0, '9007199254740993'));
      expect([await get('a'), await get('a', 1), await get('b')]).toEqual(['9007199254740993', null, null]);
    });

    it('never go back', async () => {
      await database().tenant('a', (tx) => offsets.put(tx, 'g', 't', 5, '10'));
      await database().tenant('a', (tx) => offsets.put(tx, 'g', 't', 5, '7'));
      expect(await get('a', 5)).toBe('10');
    });

    it('of a topic that tenants share are the worker’s, who sees the furthest', async () => {
      await database().tenant('a', (tx) => offsets.put(tx, 'g', 'shared', 0, '3'));
      await database().worker((tx) => offsets.put(tx, 'g', 'shared', 0, '8'));
      expect(await database().worker((tx) => offsets.get(tx, 'g', 'shared', 0))).toBe('8');
      expect(await database().tenant('a', (tx) => offsets.get(tx, 'g', 'shared', 0))).toBe('3');
    });
  });
}
