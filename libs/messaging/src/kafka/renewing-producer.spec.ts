import { describe, expect, it } from '@jest/globals';
import type { Producer } from 'kafkajs';
import { RenewingProducer } from './renewing-producer.ts';

const records = [{ topic: 't', key: 'k', value: new Uint8Array([1]), headers: {} }];

function fixture(fails: { connect?: boolean; send?: boolean } = {}) {
  const made: string[][] = [];
  const producer = new RenewingProducer(() => {
    const log: string[] = [];
    made.push(log);
    const step = (name: string, failing?: boolean) => () => {
      log.push(name);
      return failing ? Promise.reject(new Error(`no ${name}`)) : Promise.resolve();
    };
    return {
      connect: step('connect', fails.connect),
      sendBatch: step('send', fails.send),
      disconnect: step('disconnect'),
    } as unknown as Producer;
  });
  return { made, producer, fails };
}

describe('the producer', () => {
  it('is one and the same while it succeeds', async () => {
    const { made, producer } = fixture();
    await producer.connect();
    await producer.send(records);
    await producer.send(records);
    await producer.disconnect();
    expect(made).toEqual([['connect', 'send', 'send', 'disconnect']]);
  });

  // the old one would give the next batch the numbers of the failed one, which the broker may have stored
  it('is another one after a batch failed', async () => {
    const { made, producer, fails } = fixture({ send: true });
    await expect(producer.send(records)).rejects.toThrow('no send');
    fails.send = false;
    await producer.send(records);
    expect(made).toEqual([
      ['connect', 'send', 'disconnect'],
      ['connect', 'send'],
    ]);
  });

  it('connects anew when it could not the first time', async () => {
    const { made, producer, fails } = fixture({ connect: true });
    await expect(producer.connect()).rejects.toThrow('no connect');
    fails.connect = false;
    await producer.send(records);
    expect(made).toEqual([
      ['connect', 'disconnect'],
      ['connect', 'send'],
    ]);
  });

  it('can be closed before it was opened', async () => {
    const { made, producer } = fixture();
    await producer.disconnect();
    expect(made).toEqual([]);
  });
});
