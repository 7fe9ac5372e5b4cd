import { describe, expect, it } from '@jest/globals';
import { KnownTopics } from './known-topics.ts';

describe('known topics', () => {
  it('are asked for once, again for one that is not known, and after they were forgotten', async () => {
    let asked = 0;
    const there = ['a', 'b'];
    const topics = new KnownTopics(() => {
      asked += 1;
      return Promise.resolve([...there]);
    });
    await topics.require(['a']);
    await topics.require(['a', 'b']);
    expect(asked).toBe(1);
    await expect(topics.require(['b', 'c'])).rejects.toMatchObject({
      code: 'messaging.topic_unknown',
      context: { topic: 'c' },
    });
    there.push('c');
    await topics.require(['c']);
    expect(asked).toBe(3);
    topics.forget();
    await topics.require(['a']);
    expect(asked).toBe(4);
  });
});
