/** Words of a member's name: `sessionToken`, `session_token`, `X-Session-Token` are the same three or two. */
const wordsOf = (key: string): string[] =>
  key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const LAST_WORDS = new Set([
  'password',
  'passwd',
  'pwd',
  'passphrase',
  'secret',
  'secrets',
  'passwords',
  'token',
  'credential',
  'credentials',
  'apikey',
  'authorization',
  'auth',
  'cookie',
  'privatekey',
  'secretkey',
  'accesskey',
  'bearer',
]);
const KEY_OWNERS = new Set([
  'api',
  'private',
  'secret',
  'access',
  'encryption',
  'signing',
  'account',
  'master',
  'shared',
  'license',
]);
/** Tokens that only tell where a list goes on, or that everybody may know. */
const HARMLESS_OWNERS = new Set([
  'next',
  'page',
  'continuation',
  'pagination',
  'cursor',
  'sync',
  'client',
  'idempotency',
  'request',
  'previous',
  'max',
  'csrf',
]);

/** Whether a member of that name holds a secret whatever it looks like. Whole words only: `author` and `tokens_used` hold none. */
export function isSensitiveKey(key: string): boolean {
  const words = wordsOf(key.slice(0, 256));
  const last = words.at(-1) ?? '';
  const owner = words.at(-2) ?? '';
  if (last === 'token' && HARMLESS_OWNERS.has(owner)) return false;
  return LAST_WORDS.has(last) || (last === 'key' && KEY_OWNERS.has(owner));
}
