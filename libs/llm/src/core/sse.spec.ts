import { describe, expect, it } from '@jest/globals';
import { createSseParser } from './index.ts';

const events = (...chunks: string[]) => {
  const parser = createSseParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
};

describe('createSseParser (WHATWG HTML 9.2.6)', () => {
  it('joins the data lines of an event by line feeds and takes one leading space off each', () => {
    expect(events('data: a\ndata:  b\ndata\n\n')).toEqual([{ event: 'message', data: 'a\n b\n' }]);
  });

  it('does not take a line feed after a carriage return at the end of a chunk for an empty line', () => {
    expect(events('data: a\r', '\ndata: b\r\n\r\n')).toEqual([{ event: 'message', data: 'a\nb' }]);
  });

  it('passes over comments, unknown fields and an event without data, and drops an event that nothing closes', () => {
    expect(events(': ping\n\nid: 1\nretry: 5\n\nevent: x\n\ndata: cut')).toEqual([]);
  });

  it('ignores one leading byte order mark only', () => {
    expect(events('', '\uFEFFdata: a\n\n')).toEqual([{ event: 'message', data: 'a' }]);
    expect(events('\uFEFF\uFEFFdata: a\n\n')).toEqual([]);
  });

  it('stays linear with many tiny chunks of one long line', () => {
    const parser = createSseParser();
    parser.push('data: ');
    for (let n = 0; n < 200_000; n += 1) parser.push('x');
    expect(parser.push('\n\n')[0]?.data).toHaveLength(200_000);
  });
});
