/** A scrape, read as strictly as Prometheus reads the text format 0.0.4. */
export interface Exposition {
  /** Metric → type. */
  readonly types: ReadonlyMap<string, string>;
  /** `name{labels}` → value. */
  readonly values: ReadonlyMap<string, number>;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\S+)$/;
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|Inf)|NaN)$/;
const KINDS = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const SUFFIX = /_(bucket|sum|count)$/;

/** @throws Error for a line that is not of the format, a sample of no declared metric, or one that stands twice */
export function parseExposition(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const types = new Map<string, string>();
  const values = new Map<string, number>();
  for (const line of text.split('\n').filter(Boolean)) {
    const declared = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (declared) declare(types, declared[1] ?? '', declared[2] ?? '');
    else if (!line.startsWith('#')) sample(types, values, line);
  }
  return { types, values };
}

function declare(types: Map<string, string>, name: string, kind: string): void {
  if (!KINDS.includes(kind) || types.has(name)) throw new Error(`TYPE ${name} ${kind}`);
  types.set(name, kind);
}

function sample(types: ReadonlyMap<string, string>, values: Map<string, number>, line: string): void {
  const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
  if (name === '' || !NUMBER.test(value)) throw new Error(`not a sample: ${line}`);
  if (!types.has(name) && !types.has(name.replace(SUFFIX, ''))) throw new Error(`of no declared metric: ${line}`);
  if (values.has(name + labels)) throw new Error(`twice: ${line}`);
  values.set(name + labels, Number(value.replace('Inf', 'Infinity')));
}
