/** Shannon entropy in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  const size = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts.values()].reduce((bits, count) => bits - (count / size) * Math.log2(count / size), 0);
}

const PLACEHOLDER =
  /^(?:\[REDACTED:|[$%]\{?[A-Za-z_]|\{\{|<[^>]{0,80}>|\*{3}|x{4}|\.{3}|process\.env|os\.environ|getenv|env\(|secrets?\.|vault:|(?:your|my|the|some|insert|enter|example|sample|dummy|fake|test|placeholder|changeme|redacted|hidden|masked|undefined|null|none|true|false|function|required|optional|string|expired|invalid|missing|incorrect)(?![a-z]))/i;

const NO_PASSWORD = new Set([
  'password',
  'passwd',
  'pass',
  'pwd',
  'token',
  'secret',
  'apikey',
  'api_key',
  'username',
  'user',
  'key',
  'value',
]);

/** What stands where a secret would: a variable, a mask, a word of documentation. */
export const isPlaceholder = (value: string): boolean =>
  PLACEHOLDER.test(value) ||
  NO_PASSWORD.has(value.toLowerCase()) ||
  /^\[[A-Z_]{2,32}\]$/.test(value) ||
  value.includes('abcdefghij') ||
  /^(.)\1+$/.test(value) ||
  /(?:example|xxxx|\*\*\*)/i.test(value);

const KINDS = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/] as const;
const kindsIn = (value: string): number => KINDS.filter((kind) => kind.test(value)).length;

/** Whether a labelled value looks random enough for a key or token. */
export const looksRandom = (value: string): boolean =>
  !isPlaceholder(value) && /\d/.test(value) && entropy(value) >= (value.length >= 20 ? 3.2 : 2.8);

/** Whether a labelled value looks like a password rather than a word of a sentence. */
export function looksLikePassword(value: string): boolean {
  if (isPlaceholder(value) || /^[A-Za-z_.-]+$/.test(value) || /[()]$/.test(value)) return false;
  return kindsIn(value) >= 2 && entropy(value) >= 2.2;
}
