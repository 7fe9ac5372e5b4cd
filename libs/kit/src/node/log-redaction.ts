/** Words of a field's name that mark its value as secret, wherever they stand in it. */
const SECRET_WORDS = new Set([
  'password',
  'passphrase',
  'secret',
  'authorization',
  'credential',
  'credentials',
  'cookie',
  'jwt',
]);
/** Endings: `access_token` is a secret, `tokens_used` and `author` are not. */
const SECRET_ENDINGS = [
  ['token'],
  ['api', 'key'],
  ['apikey'],
  ['private', 'key'],
  ['master', 'key'],
  ['signing', 'key'],
  ['dsn'],
];
/** Secrets inside text: bearer tokens, JSON Web Tokens, and the password of an address. */
const SECRET_TEXT: readonly [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [redacted]'],
  [/\beyJ[\w-]{4,}\.[\w-]+\.[\w-]*/g, '[redacted]'],
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, '$1:[redacted]@'],
];
const REDACTED = '[redacted]';
const MAX_TEXT = 4096;
const MAX_DEPTH = 6;
const MAX_ITEMS = 100;

const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  if (words.some((word) => SECRET_WORDS.has(word))) return true;
  return SECRET_ENDINGS.some((ending) => ending.every((word, index) => words.at(index - ending.length) === word));
}

function plainText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
  return SECRET_TEXT.reduce((rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement), cut);
}

/**
 * What may stand in a log line of `value`: secrets replaced, errors with their causes, long text and lists cut, cycles broken.
 * Never throws on plain data; getters that throw are the caller's fault and caught by the logger.
 */
export function loggable(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return plainText(value);
    case 'bigint':
      return value.toString();
    case 'function':
    case 'symbol':
      return undefined;
    case 'object':
      return value === null ? null : loggableObject(value, depth);
    default:
      return value;
  }
}

function loggableObject(value: object, depth: number): unknown {
  if (depth >= MAX_DEPTH) return '[deeper]'; // also where a cycle ends
  if (value instanceof Error) return loggableError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => loggable(item, depth + 1));
  return loggableMembers(value as Record<string, unknown>, depth);
}

function loggableMembers(value: Record<string, unknown>, depth: number): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value).slice(0, MAX_ITEMS)) {
    out[name] = isSecretName(name) && member !== null && member !== undefined ? REDACTED : loggable(member, depth + 1);
  }
  return out;
}

function loggableError(error: Error & { code?: unknown; context?: unknown }, depth: number): Record<string, unknown> {
  return {
    name: error.name,
    ...(error.code === undefined ? {} : { code: loggable(error.code, depth + 1) }),
    message: plainText(error.message),
    ...(error.context === undefined ? {} : { context: loggable(error.context, depth + 1) }),
    stack: plainText(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: loggable(error.cause, depth + 1) }),
  };
}
