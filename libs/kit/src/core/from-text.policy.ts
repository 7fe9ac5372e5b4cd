/** The part of a JSON Schema that says how text becomes a value. */
interface TextSchema {
  readonly type?: unknown;
  readonly items?: unknown;
  readonly properties?: unknown;
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * Reads text (an environment variable, a member of a query) as the type that the schema names. What does not fit stays text, so that
 * validation complains about it; nothing is guessed: `yes` is no boolean and `0x10` no number.
 */
export function fromText(schema: unknown, text: string): unknown {
  const { type, items } = (schema ?? {}) as TextSchema;
  if ((type === 'number' || type === 'integer') && NUMBER.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (type === 'array') return text === '' ? [] : text.split(',').map((item) => fromText(items, item.trim()));
  return text;
}

/** The same for a record of texts and lists of texts, member by member, as the object schema's properties say. */
export function recordFromText(schema: unknown, record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = ((schema as TextSchema | undefined)?.properties ?? {}) as Record<string, TextSchema>;
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    const member = Object.hasOwn(properties, name) ? properties[name] : undefined;
    // defined and not assigned: `__proto__` stays an ordinary name
    Object.defineProperty(out, name, { value: memberFromText(member, value), enumerable: true, writable: true });
  }
  return out;
}

function memberFromText(schema: TextSchema | undefined, value: unknown): unknown {
  if (typeof value === 'string') return fromText(schema, value);
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown) => (typeof item === 'string' ? fromText(schema?.items, item) : item));
}
