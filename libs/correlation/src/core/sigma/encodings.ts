/** Encodings of Sigma's value modifiers: a value as the texts that a log may show it as. */
type Encoder = (values: readonly string[]) => readonly string[];

const utf16 = (text: string, swap: boolean): string => {
  const bytes = Buffer.from(text, 'utf16le');
  return (swap ? bytes.swap16() : bytes).toString('latin1');
};

/** Base64 of the value at the three offsets within a longer text; characters that depend on neighbours are cut off. */
function base64Offsets(text: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(' '.repeat(offset) + text, 'latin1').toString('base64');
    const cutStart = [0, 2, 3][offset] ?? 0;
    const over = (text.length + offset) % 3;
    return encoded.slice(cutStart, over === 0 ? undefined : over === 1 ? -3 : -2);
  });
}

const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'];
const windash: Encoder = (values) =>
  values.flatMap((value) => DASHES.map((dash) => value.replaceAll(/(^|\s)[-/](?=\w)/g, `$1${dash}`)));

export const ENCODERS: Readonly<Record<string, Encoder>> = {
  base64: (values) => values.map((value) => Buffer.from(value, 'latin1').toString('base64')),
  base64offset: (values) => values.flatMap(base64Offsets),
  wide: (values) => values.map((value) => utf16(value, false)),
  utf16le: (values) => values.map((value) => utf16(value, false)),
  utf16be: (values) => values.map((value) => utf16(value, true)),
  utf16: (values) => values.map((value) => `\u00FF\u00FE${utf16(value, false)}`),
  windash,
};
