// Each keeps the name of what was there, so that a log still says which credential was wrong.
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[^\s"',;]+/gi, '$1 ***'],
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, '***'],
  [
    /\b((?:api[_-]?key|access[_-]?token|token|secret|password|passwd|authorization|entity_id)["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi,
    '$1***',
  ],
  [/(\/\/)[^/\s:@]+:[^/\s@]+@/g, '$1***@'],
];

/** Masks credentials in a text that goes to a log: bearer and basic tokens, JWTs, `name=value` secrets, and user info in addresses. */
export const scrubSecrets = (text: string): string =>
  RULES.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
