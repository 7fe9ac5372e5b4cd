import { fault, type NormaliseFault } from './normalise.errors.ts';
import { listOf, splitObjects } from './record-layouts.ts';

/** One record, numbered from 0 over the whole input; or why it could not be read (its number is used up all the same). */
export type ReadRecord =
  { readonly index: number; readonly value: unknown } | { readonly index: number; readonly fault: NormaliseFault };

/** Longest record in UTF-16 code units; a longer one is skipped with a fault and never held in memory. */
export const MAX_RECORD_CHARS = 8 * 1024 * 1024;

type Mode = 'start' | 'lines' | 'items' | 'rest' | 'document' | 'done';

/** An array, or an object that begins with the list of its records: CloudTrail's files, pages of Security Hub and GuardDuty. */
const CONTAINER = /^(?:\[|\{\s*"(?:Records|[Ff]indings)"\s*:\s*\[)/;

/**
 * Cuts text into JSON records: one per line, the items of an array (or of CloudTrail's `{"Records":[…]}`), or one object over many
 * lines; after an array, reading begins anew. Push text in pieces of any size, then `end`. Holds at most one record.
 */
export class RecordScanner {
  #mode: Mode = 'start';
  #buffer = '';
  #next: number;
  #skipping = false;
  #depth = 0;
  #inText = false;
  #escaped = false;
  #inObject = false;
  #at = 0;

  /** @param first number of the first record, for several inputs numbered through */
  constructor(
    readonly maxChars: number = MAX_RECORD_CHARS,
    first = 0,
  ) {
    this.#next = first;
  }

  /** The number that the next record will have. */
  get nextIndex(): number {
    return this.#next;
  }

  push(text: string): ReadRecord[] {
    this.#buffer += text;
    const out: ReadRecord[] = [];
    this.#run(out, false);
    return out;
  }

  end(): ReadRecord[] {
    const out: ReadRecord[] = [];
    this.#run(out, true);
    if (this.#mode === 'lines') this.#line(this.#buffer, out);
    if (this.#mode === 'document') this.#closeDocument(out);
    if (this.#mode === 'items' && (this.#depth > 0 || this.#inText || this.#skipping || this.#buffer.trim() !== '')) {
      out.push(
        this.#failed('normalise.malformed_json', 'the array ends in the middle of an item; the input is cut off'),
      );
    }
    this.#buffer = '';
    this.#mode = 'done';
    return out;
  }

  #run(out: ReadRecord[], last: boolean): void {
    for (let mode: Mode | null = null; mode !== this.#mode;) {
      mode = this.#mode;
      if (mode === 'start') this.#begin(last);
      else if (mode === 'lines') this.#lines(out);
      else if (mode === 'items') this.#items(out);
      else if (mode === 'rest') this.#rest();
      else if (mode === 'document') this.#document(out);
      else this.#buffer = '';
    }
  }

  /** Decides the layout as soon as enough is seen. */
  #begin(last: boolean): void {
    const text = this.#buffer.replace(/^\uFEFF?\s*/, '');
    this.#buffer = text;
    if (text === '') return;
    const container = CONTAINER.exec(text);
    if (container) {
      this.#mode = 'items';
      this.#inObject = text.startsWith('{');
      this.#buffer = text.slice(container[0].length);
      return;
    }
    const newline = text.indexOf('\n');
    if (newline < 0 && !last && text.length <= this.maxChars) return;
    const first = newline < 0 ? text : text.slice(0, newline);
    this.#mode = first.startsWith('{') && /^\{\s*$|[,[{:]\s*$/.test(first) ? 'document' : 'lines';
  }

  #lines(out: ReadRecord[]): void {
    let from = 0;
    for (let at = this.#buffer.indexOf('\n'); at >= 0; at = this.#buffer.indexOf('\n', from)) {
      this.#line(this.#buffer.slice(from, at), out);
      from = at + 1;
    }
    this.#buffer = this.#buffer.slice(from);
    if (this.#buffer.length > this.maxChars) this.#skip(out);
  }

  #line(line: string, out: ReadRecord[]): void {
    if (this.#skipping) {
      this.#skipping = false;
      return;
    }
    if (line.trim() !== '') this.#take(line, out);
  }

  #skip(out: ReadRecord[]): void {
    if (!this.#skipping) {
      out.push(
        this.#failed(
          'normalise.record_too_large',
          `longer than ${this.maxChars} characters; split it or raise the limit`,
        ),
      );
    }
    this.#skipping = true;
    this.#buffer = '';
    this.#at = 0;
  }

  #take(text: string, out: ReadRecord[]): void {
    const record = this.#parsed(text);
    const list = 'value' in record ? listOf(record.value) : null;
    if (!list) {
      out.push(record);
      return;
    }
    this.#next -= 1;
    for (const value of list) out.push({ index: this.#next++, value });
  }

  #parsed(text: string): ReadRecord {
    if (text.length > this.maxChars) {
      return this.#failed(
        'normalise.record_too_large',
        `longer than ${this.maxChars} characters; split it or raise the limit`,
      );
    }
    try {
      return { index: this.#next++, value: JSON.parse(text) as unknown };
    } catch (error) {
      return {
        index: this.#next - 1,
        fault: fault('normalise.malformed_json', '', `not JSON: ${(error as Error).message.slice(0, 200)}`),
      };
    }
  }

  #failed(...[code, message]: [NormaliseFault['code'], string]): ReadRecord {
    return { index: this.#next++, fault: fault(code, '', message) };
  }

  /** Items of an array: cut at commas outside any nesting, so that a broken item costs only itself. */
  #items(out: ReadRecord[]): void {
    for (; this.#at < this.#buffer.length && this.#mode === 'items'; this.#at++) {
      const char = this.#buffer[this.#at] ?? '';
      if (this.#step(char)) continue;
      if (char !== ',' && char !== ']') continue;
      this.#item(this.#buffer.slice(0, this.#at), out);
      this.#buffer = this.#buffer.slice(this.#at + 1);
      this.#at = -1;
      if (char === ']') this.#closeList();
    }
    if (this.#mode === 'items' && this.#buffer.length > this.maxChars) this.#skip(out);
  }

  #closeList(): void {
    this.#mode = 'rest';
    this.#depth = this.#inObject ? 1 : 0;
  }

  /** What follows the list in its object (a page's token) is no record; after the object, or the array, another layout may begin. */
  #rest(): void {
    let at = 0;
    while (at < this.#buffer.length && this.#depth > 0) this.#step(this.#buffer[at++] ?? '');
    this.#buffer = this.#buffer.slice(at);
    if (this.#depth === 0) this.#mode = 'start';
  }

  #item(text: string, out: ReadRecord[]): void {
    if (this.#skipping) this.#skipping = false;
    else if (text.trim() !== '') this.#take(text, out);
  }

  /** Follows texts and nesting by one character; true while inside either. */
  #step(char: string): boolean {
    if (this.#inText) return this.#stepText(char);
    if (char === '"') this.#inText = true;
    else if (char === '{' || char === '[') this.#depth += 1;
    else if ((char === '}' || char === ']') && this.#depth > 0) this.#depth -= 1;
    else return this.#depth > 0;
    return true;
  }

  #stepText(char: string): true {
    if (this.#escaped) this.#escaped = false;
    else if (char === '\\') this.#escaped = true;
    else if (char === '"') this.#inText = false;
    return true;
  }

  /** A document over many lines is kept whole up to the limit, and judged at the end. */
  #document(out: ReadRecord[]): void {
    if (this.#buffer.length <= this.maxChars) return;
    if (/\n\{.*\}\s*\n/.test(this.#buffer)) {
      this.#mode = 'lines'; // records a line, of which only the first is broken
      this.#lines(out);
      return;
    }
    this.#skip(out);
    this.#mode = 'done';
  }

  #closeDocument(out: ReadRecord[]): void {
    const text = this.#buffer;
    const taken: ReadRecord[] = [];
    this.#take(text, taken);
    const [whole] = taken;
    if (!whole || 'value' in whole || !text.includes('\n')) {
      out.push(...taken);
      return;
    }
    this.#next -= 1; // not one document: objects one after another, or lines of which the first is broken
    const parts = splitObjects(text);
    for (const part of parts ?? text.split('\n')) if (part.trim() !== '') this.#take(part, out);
  }
}
