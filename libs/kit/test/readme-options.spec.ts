import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { authConfig, optionsTable } from '@dmitry/kit/config';

/** Cells without their padding: the formatter aligns columns. */
const cells = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .filter((line) => !/^[|\s:-]+$/.test(line))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

describe('the README', () => {
  it('has the table of variables that the definition renders', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const table = /<!-- options: auth -->([\s\S]*)<!-- end of options -->/.exec(readme)?.[1] ?? '';
    expect(cells(table)).toEqual(cells(optionsTable(authConfig)));
  });
});
