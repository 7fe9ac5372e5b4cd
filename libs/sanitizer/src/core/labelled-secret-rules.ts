import type { PatternRule } from './pattern-rule.ts';
import { isPlaceholder, looksLikePassword, looksRandom } from './secret-checks.ts';

/** Between a label and its value: closing quote of a key, spaces, the sign, spaces, an opening quote. */
const SIGN = `["'\`]?[ \\t]{0,4}(?:=>|[:?]{0,3}=|:|,)[ \\t]{0,4}(?:["'\`]|\\\\")?`;
const SAID = `[ \\t]{1,4}(?:is|was|are|to)[ \\t]{0,2}:?[ \\t]{1,4}["'\`]?`;
const VALUE = `(?<value>[^\\s"'\`,;<>\\\\]{8,512})`;
/** Anything may lead up to the label (`stripe_api_key`, `dbPassword`), nothing may follow it: `author`, `tokens_used`, `token_count` are other words. */
const label = (words: string): string => `(?:${words})`;

const KEY_WORDS =
  'api[ _-]?key|api[ _-]?token|access[ _-]?key|access[ _-]?token|auth[ _-]?token|auth[ _-]?key|secret[ _-]?key|secret[ _-]?access[ _-]?key|client[ _-]?secret|private[ _-]?key|encryption[ _-]?key|signing[ _-]?key|bot[ _-]?token|session[ _-]?token|refresh[ _-]?token|app[ _-]?secret|webhook[ _-]?secret|credential|credentials|secret|token|apikey';
const PASSWORD_WORDS = 'password|passwd|passphrase|passwort|pwd|(?<![A-Za-z])pass';
const KEYWORDS = ['key', 'token', 'secret', 'credential'];
const PASSWORDS = ['passw', 'passphrase', 'pwd', 'pass'];
/** Labels that end like a key's and are none. */
const HARMLESS =
  /(?:public|primary|foreign|next|page|continuation|pagination|partition|cache|sort|idempotency|request|registry|csrf|hot)[ _-]?(?:key|token)$|(?:key|token|secret)[ _-]?(?:id|name|type|arn)$/i;

const labelled = (
  rule: string,
  keywords: readonly string[],
  source: string,
  accept: PatternRule['accept'] & object,
): PatternRule => ({
  rule,
  type: rule.includes('password') ? 'password' : 'labelled_secret',
  keywords,
  pattern: new RegExp(source, 'gi'),
  confidence: 0.8,
  accept,
});

/** `arn:aws:secretsmanager:...:secret:name`: the name of a secret is none. */
const INSIDE_ARN = /\barn:[^\s"'`,;<>]{0,200}$/i;

const keyLike = (value: string, match: RegExpExecArray): boolean => {
  const at = match.index + match[0].lastIndexOf(value);
  const before = match.input.slice(Math.max(0, match.index - 200), at);
  const name = before.slice(-80).replace(/["'`\s:=>,]+$/, '');
  return (
    value.length >= 10 && looksRandom(value) && !HARMLESS.test(name) && !INSIDE_ARN.test(before) && !isReference(value)
  );
};

/** Things that stand behind `key` or `token` in security data and are identifiers: names, paths, addresses, digests, numbers. */
function isReference(value: string): boolean {
  return (
    /^(?:arn:|https?:\/\/|\/|\.\/|sha\d{1,3}[:-]|urn:|\d+$|\d{4}-\d\d-\d\d|[a-z]+(?:[-.][a-z]{1,40}){0,6}[-.]\d+\.\d)/i.test(
      value,
    ) ||
    (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/i.test(value) && /-0{4}-/.test(value))
  );
}

/** Secrets that only their label gives away. */
export const LABELLED_SECRET_RULES: readonly PatternRule[] = [
  labelled('labelled-key', KEYWORDS, `${label(KEY_WORDS)}${SIGN}${VALUE}`, keyLike),
  labelled(
    'said-key',
    KEYWORDS,
    `${label(KEY_WORDS)}${SAID}${VALUE}`,
    (value, match) => keyLike(value, match) && value.length >= 12,
  ),
  labelled('labelled-password', PASSWORDS, `${label(PASSWORD_WORDS)}${SIGN}(?<value>[^\\s"'\`,;<>]{6,256})`, (value) =>
    looksLikePassword(value),
  ),
  labelled('said-password', PASSWORDS, `${label(PASSWORD_WORDS)}${SAID}(?<value>[^\\s"'\`,;<>]{6,256})`, (value) =>
    looksLikePassword(value.replace(/[.!?]$/, '')),
  ),
  labelled(
    'quoted-password',
    PASSWORDS,
    `${label(PASSWORD_WORDS)}["']?[ \\t]{0,4}(?:=|:|value=)[ \\t]{0,4}["'](?<value>[^"'\\r\\n]{8,256})["']`,
    (value) => !isPlaceholder(value) && !/^[A-Za-z ]+$/.test(value),
  ),
];
