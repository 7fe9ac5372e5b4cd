import { describe, expect, it } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { childOf, formatTraceparent, newTraceparent, parseTraceparent } from './index.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const ids = new SeededIds(new ManualClock(), 'trace');

describe('parseTraceparent', () => {
  it.each([
    [`00-${TRACE}-${PARENT}-01`, true],
    [`00-${TRACE}-${PARENT}-00`, false],
    [`00-${TRACE}-${PARENT}-03`, true],
    [`cc-${TRACE}-${PARENT}-01-what-the-future-holds`, true],
    [`01-${TRACE}-${PARENT}-00`, false],
  ])('reads %s', (header, sampled) => {
    expect(parseTraceparent(header)).toEqual({ traceId: TRACE, parentId: PARENT, sampled });
  });

  // https://www.w3.org/TR/trace-context/#versioning-of-traceparent and its test suite
  it.each([
    undefined,
    '',
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE}-${PARENT}-01.`,
    `cc-${TRACE}-${PARENT}-01.more`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE.slice(1)}-${PARENT}-01`,
    ` 00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01,00-${TRACE}-${PARENT}-01`,
  ])('ignores %j, so that a new trace starts', (header) => {
    expect(parseTraceparent(header)).toBeNull();
  });
});

describe('a trace', () => {
  it('starts sampled, with ids that are not all zero', () => {
    expect(parseTraceparent(newTraceparent(ids))).toMatchObject({ sampled: true });
  });

  it('goes on in a child with the same id and sampling and a span of its own', () => {
    const parent = formatTraceparent({ traceId: TRACE, parentId: PARENT, sampled: false });
    const child = parseTraceparent(childOf(parent, ids));
    expect(child).toMatchObject({ traceId: TRACE, sampled: false });
    expect(child?.parentId).not.toBe(PARENT);
  });

  it('starts anew where there is none to go on with', () => {
    expect(parseTraceparent(childOf('nonsense', ids))).not.toBeNull();
    expect(parseTraceparent(childOf(undefined, ids))?.traceId).not.toBe(TRACE);
  });
});
