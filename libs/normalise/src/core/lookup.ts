/** A table's own entry: a key such as "constructor", which comes from the input, must never reach the prototype. */
export const lookup = <T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
