import { jsonOf } from './untrusted-json.ts';

/** A named piece of data inside a prompt. */
export interface DataBlock {
  readonly name: string;
  readonly value: unknown;
}

const OPEN = '<data name="';
const CLOSE = '</data>';

/**
 * Writes data into a prompt so that it cannot leave its place: the JSON text has no `<` or `>` of its own (they stand as escapes),
 * so nothing inside, whatever a stranger wrote there, can close the block or open another.
 * @param name letters, digits and underscores
 */
export function writeDataBlock(name: string, value: unknown): string {
  if (!/^\w{1,64}$/.test(name))
    throw new TypeError(`data block name "${name}": use letters, digits and underscores only`);
  const json = (JSON.stringify(value) ?? 'null').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
  return `${OPEN}${name}">\n${json}\n${CLOSE}`;
}

/** The data blocks of a prompt, in order; what is not a block or not JSON is passed over. Linear, never throws. */
export function readDataBlocks(text: string): DataBlock[] {
  const blocks: DataBlock[] = [];
  for (let from = text.indexOf(OPEN); from !== -1; from = text.indexOf(OPEN, from + 1)) {
    const nameEnd = text.indexOf('">\n', from + OPEN.length);
    if (nameEnd === -1) break;
    const end = text.indexOf(CLOSE, nameEnd);
    if (end === -1) break;
    const value = jsonOf(text.slice(nameEnd + 3, end));
    if (value !== undefined) blocks.push({ name: text.slice(from + OPEN.length, nameEnd), value });
    from = end;
  }
  return blocks;
}
