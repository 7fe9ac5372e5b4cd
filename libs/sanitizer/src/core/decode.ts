import { decodedView, type TextView } from './text-view.ts';

/** How much is decoded, so that a text cannot make its reader work for ever. */
export interface DecodeBudget {
  /** Decodings within decodings. @default 2 */
  readonly depth: number;
  /** Code units that all decoded texts together may have. */
  readonly units: number;
}

// The look-behinds keep one long run from being tried again at each of its positions: time stays linear.
const BASE64 = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}/g;
const HEX = /(?<![A-Za-z0-9])(?:0x)?[0-9A-Fa-f]{24,}(?![A-Za-z0-9])/g;
const ESCAPED_HEX = /(?:\\x[0-9A-Fa-f]{2}){4,}/g;
const PERCENT = /(?<![A-Za-z0-9_.~%-])(?=[A-Za-z0-9_.~-]{0,64}%[0-9A-Fa-f]{2})[A-Za-z0-9_.~%-]{6,}/g;

const ENTITIES = /(?:&#(?:\d{2,6}|x[0-9A-Fa-f]{1,6});){4,}/g;
/** Letters one by one: `i g n o r e  a l l`, `i.g.n.o.r.e`. */
const SPACED = /(?<!\S)(?:\S[ .]{1,2}){7,}\S(?!\S)/g;

/** Every readable text that hides in `view`, decoded once. */
function decodedOnce(view: TextView): TextView[] {
  return [
    ...runs(view, BASE64, (run) => readable(Buffer.from(run, 'base64'))),
    ...runs(view, HEX, (run) => readable(Buffer.from(run.replace(/^0x/, ''), 'hex'))),
    ...runs(view, ESCAPED_HEX, (run) => readable(Buffer.from(run.replaceAll('\\x', ''), 'hex'))),
    ...runs(view, PERCENT, percentDecoded),
    ...runs(view, ENTITIES, entitiesDecoded),
    ...runs(view, SPACED, (run) => run.replaceAll(/([ .])[ .]?/g, (gap) => (gap === '  ' ? ' ' : ''))),
  ];
}

function runs(view: TextView, pattern: RegExp, decode: (run: string) => string | null): TextView[] {
  const found: TextView[] = [];
  for (const match of view.text.matchAll(pattern)) {
    const text = decode(match[0]);
    if (text !== null && text !== match[0])
      found.push(decodedView(view, text, match.index, match.index + match[0].length));
  }
  return found;
}

/** Bytes as text, if a person could read it: UTF-8, hardly any control characters. */
function readable(bytes: Buffer): string | null {
  if (bytes.length < 8) return null;
  const text = bytes.toString('utf8');
  let odd = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd || code < 9 || (code > 13 && code < 32) || code === 127) odd += 1;
  }
  return odd * 20 > text.length ? null : text;
}

function percentDecoded(run: string): string | null {
  try {
    return decodeURIComponent(run);
  } catch {
    return null;
  }
}

function entitiesDecoded(run: string): string | null {
  const points = [...run.matchAll(/&#(x?)([0-9A-Fa-f]+);/g)].map(([, hex, digits]) =>
    Number.parseInt(digits ?? '', hex ? 16 : 10),
  );
  const valid = points.every((point) => point > 0 && point < 0x11_0000);
  return valid ? points.map((point) => String.fromCodePoint(point)).join('') : null;
}

/** All that can be decoded from `view` within the budget, nearest first. */
export function decodedViews(view: TextView, budget: DecodeBudget): TextView[] {
  const all: TextView[] = [];
  let left = budget.units;
  let layer: TextView[] = [view];
  for (let depth = 0; depth < budget.depth && layer.length > 0; depth++) {
    const next: TextView[] = [];
    for (const decoded of layer.flatMap(decodedOnce)) {
      left -= decoded.text.length;
      if (left < 0) return [...all, ...next];
      next.push(decoded);
    }
    all.push(...next);
    layer = next;
  }
  return all;
}
