import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSseParser, type SseEvent } from './index.ts';

const parse = (chunks: readonly string[]): SseEvent[] => {
  const parser = createSseParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
};

/** The text cut at the given places. */
const cut = (text: string, places: readonly number[]): string[] => {
  const sorted = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return sorted.slice(1).map((end, index) => text.slice(sorted[index], end));
};

const noise = fc
  .array(
    fc.constantFrom(
      'data: a',
      'data:b',
      'data',
      'event: x',
      ':',
      ': note',
      'id: 1',
      '\n',
      '\r',
      '\r\n',
      '\uFEFF',
      'é😀',
      ' ',
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('createSseParser', () => {
  it('gives the same events wherever the stream is cut', () => {
    fc.assert(
      fc.property(noise, fc.array(fc.nat(), { maxLength: 12 }), (text, places) => {
        expect(parse(cut(text, places))).toEqual(parse([text]));
      }),
    );
  });

  it('gives back every event that was written, whatever its lines and the kind of line end', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !/[\r\n]/.test(text));
    const event = fc.record({
      event: fc.constantFrom('message', 'delta'),
      lines: fc.array(line, { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), fc.constantFrom('\n', '\r', '\r\n'), (events, end) => {
        const text = events
          .map((each) => [`event: ${each.event}`, ...each.lines.map((data) => `data: ${data}`), '', ''].join(end))
          .join('');
        expect(parse([text])).toEqual(events.map((each) => ({ event: each.event, data: each.lines.join('\n') })));
      }),
    );
  });
});
