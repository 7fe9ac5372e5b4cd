import { canonicalJson, parseRecordingLine, type RecordingLine } from '@dmitry/contracts';

type Kind = RecordingLine['kind'];
export type LineOf<K extends Kind> = Extract<RecordingLine, { kind: K }>;

export const parsed = (text: string): RecordingLine => {
  const line = parseRecordingLine(JSON.parse(text));
  if (!line.ok) throw new TypeError(line.faults[0]?.message);
  return line.value;
};

export const linesOf = <K extends Kind>(lines: readonly string[], kind: K): LineOf<K>[] =>
  lines.map(parsed).filter((line): line is LineOf<K> => line.kind === kind);

/** The recording with the line of a kind changed that `which` picks (the last by default). */
export function changed<K extends Kind>(
  lines: readonly string[],
  kind: K,
  change: (line: LineOf<K>) => object,
  which: (line: LineOf<K>) => boolean = () => true,
): readonly string[] {
  const at = lines.findLastIndex((text) => {
    const line = parsed(text);
    return line.kind === kind && which(line as LineOf<K>);
  });
  const line = parsed(lines[at] as string) as LineOf<K>;
  return lines.with(at, canonicalJson({ ...line, ...change(line) }));
}

/** The recording without one line, whole again. */
export const without = (lines: readonly string[], at: number): readonly string[] => {
  const left = lines.toSpliced(at, 1);
  return [...left.slice(0, -1), canonicalJson({ kind: 'end', lines: left.length - 1 })];
};

export const bytesOf = (lines: readonly string[]): readonly Uint8Array[] => [
  Buffer.from(lines.map((line) => `${line}\n`).join('')),
];
