/** One server-sent event: its type (`message` by default) and its data lines joined by line feeds. */
export interface SseEvent {
  readonly event: string;
  readonly data: string;
}

export interface SseParser {
  /** Feeds the next piece of text, cut anywhere. @returns the events that it completes, in order */
  push(chunk: string): SseEvent[];
}

/**
 * Parser of `text/event-stream` (WHATWG HTML 9.2.6). Pure and linear in the length of the stream; the cuts between chunks do not matter.
 * As the specification says, an event that no blank line closes is dropped. `id` and `retry` are not used here.
 */
export function createSseParser(): SseParser {
  const state: ParserState = { line: [], data: [], event: '', afterCarriageReturn: false, started: false };
  return {
    push(chunk) {
      const events: SseEvent[] = [];
      const [first = '', ...rest] = withoutSeam(state, chunk).split(/\r\n|\r|\n/);
      state.line.push(first);
      for (const piece of rest) {
        endLine(state, events);
        state.line.push(piece);
      }
      return events;
    },
  };
}

interface ParserState {
  /** Pieces of the unfinished line: joined once, so that many small chunks stay linear. */
  line: string[];
  data: string[];
  event: string;
  afterCarriageReturn: boolean;
  started: boolean;
}

/** Drops a leading byte order mark, and a line feed that belongs to a carriage return at the end of the last chunk. */
function withoutSeam(state: ParserState, chunk: string): string {
  if (chunk === '') return chunk;
  const skip = state.started ? state.afterCarriageReturn && chunk.startsWith('\n') : chunk.startsWith('\uFEFF');
  state.started = true;
  state.afterCarriageReturn = chunk.endsWith('\r');
  return skip ? chunk.slice(1) : chunk;
}

function endLine(state: ParserState, events: SseEvent[]): void {
  const line = state.line.length === 1 ? (state.line[0] ?? '') : state.line.join('');
  state.line = [];
  if (line === '') return dispatch(state, events);
  const colon = line.indexOf(':');
  const field = colon === -1 ? line : line.slice(0, colon); // a line that starts with a colon is a comment: its field is ''
  const rest = colon === -1 ? '' : line.slice(colon + 1);
  const value = rest.startsWith(' ') ? rest.slice(1) : rest;
  if (field === 'data') state.data.push(value);
  if (field === 'event') state.event = value;
}

function dispatch(state: ParserState, events: SseEvent[]): void {
  if (state.data.length > 0)
    events.push({ event: state.event === '' ? 'message' : state.event, data: state.data.join('\n') });
  state.data = [];
  state.event = '';
}
