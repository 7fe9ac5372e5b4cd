import { describe, expect, it } from '@jest/globals';
import { createScriptedClient, type ScriptedAnswer } from '@dmitry/outbound/memory';
import { createStaticLog } from '../core/index.ts';
import { createHttpLogFetch } from './index.ts';

const answering = (answers: Readonly<Record<string, ScriptedAnswer>>) => {
  const client = createScriptedClient({
    service: 'log',
    script: ({ path }) => answers[path] ?? { status: 404, body: 'not here' },
  });
  return { client, log: createStaticLog(createHttpLogFetch(client, new AbortController().signal)) };
};

describe('a log that is read over HTTP', () => {
  it('gives what its server has as bytes, and null for what it has not, also where an object store says 403 of it', async () => {
    const { client, log } = answering({
      '/checkpoint': { status: 200, body: Buffer.from('a note') },
      '/tile/0/000': { status: 200, body: Buffer.alloc(8_192) },
      '/tile/0/001': { status: 403 },
      '/minimum-index': { status: 200, body: Buffer.from('512\n') },
    });
    expect(await log.checkpointNote()).toBe('a note');
    expect(await log.tile(0, 0, 256)).toHaveLength(8_192);
    expect([await log.tile(0, 1, 256), await log.tile('entries', 0, 12)]).toEqual([null, null]);
    expect(await log.minimumIndex()).toBe(512);
    expect(client.sent.every(({ expect: wanted, kind }) => wanted === 'bytes' && kind === 'read')).toBe(true);
    expect(await answering({}).log.minimumIndex()).toBe(0);
  });

  it.each([
    ['refuses the checkpoint', { status: 403 }],
    ['wants another token', { status: 401 }],
    ['does not answer', { fails: 'connect' }],
  ] as const)('whose server %s is not there, which is no empty log', async (_, answer) => {
    await expect(answering({ '/checkpoint': answer }).log.checkpointNote()).rejects.toMatchObject({
      code: 'ledger.log_unavailable',
      retryable: true,
    });
  });

  it('does not guess at a minimum index that is no number', async () => {
    const { log } = answering({ '/minimum-index': { status: 200, body: Buffer.from('<html>') } });
    await expect(log.minimumIndex()).rejects.toMatchObject({ code: 'ledger.tile_invalid' });
  });
});
