import { describe, expect, it } from '@jest/globals';
import { incomingRecord } from './kafka-records.ts';

const message = { offset: '9007199254740993', attributes: 0, timestamp: '1767225600000' };

describe('records from Kafka', () => {
  it('may lack key, value and headers', () => {
    expect(incomingRecord({ ...message, key: null, value: null, headers: {} })).toEqual({
      offset: '9007199254740993',
      key: null,
      value: new Uint8Array(0),
      headers: {},
      timestampMs: 1_767_225_600_000,
    });
  });

  it('give the last of repeated headers, as text', () => {
    const headers = { one: Buffer.from('ü'), many: [Buffer.from('a'), 'b'], none: undefined };
    expect(incomingRecord({ ...message, key: Buffer.from('k'), value: Buffer.from('v'), headers }).headers).toEqual({
      one: 'ü',
      many: 'b',
    });
  });
});
