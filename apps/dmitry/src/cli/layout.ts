/** Text of strangers on a terminal: control characters and invisible ones shown as escapes, so that none of them acts. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);

/** Columns of equal width, two spaces apart; the last one is as long as it is. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows].map((row) => row.map(printable));
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Names and values, one a line. */
export function pairs(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`.trimEnd()).join('\n');
}

/** Record numbers, the first few and how many more. */
export function numbers(records: readonly number[], most = 8): string {
  const shown = records.slice(0, most).join(', ');
  return records.length > most ? `${shown} and ${records.length - most} more` : shown;
}

export const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
