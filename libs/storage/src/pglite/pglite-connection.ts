import type { PGlite } from '@electric-sql/pglite';
import {
  byteaText,
  encodeValue,
  knownTypes,
  parseValue,
  type Row,
  type SqlConnection,
  storageFault,
} from '../core/index.ts';

const asGiven = (value: string): string => value;
// values are encoded before PGlite sees them, whatever the parameter's type
const serializers = new Proxy({}, { get: () => asGiven });
const parsers = Object.fromEntries(knownTypes.map((oid) => [oid, (text: string) => parseValue(oid, text)]));

function wireText(value: unknown): string | null {
  const encoded = encodeValue(value);
  return encoded instanceof Uint8Array ? byteaText(encoded) : encoded;
}

/** The one session of a PGlite instance. */
export class PgliteConnection implements SqlConnection {
  constructor(private readonly engine: PGlite) {}

  async query<R extends Row = Row>(sql: string, params: readonly unknown[] = []): Promise<R[]> {
    try {
      const { rows } = await this.engine.query<R>(sql, params.map(wireText), { serializers, parsers });
      return rows;
    } catch (error) {
      throw storageFault(error);
    }
  }

  async script(sql: string): Promise<void> {
    await this.run(sql);
  }

  async commit(): Promise<boolean> {
    return (await this.run('COMMIT')) !== 'ROLLBACK';
  }

  async rollback(): Promise<void> {
    await this.run('ROLLBACK').catch(() => undefined);
  }

  private async run(sql: string): Promise<string | undefined> {
    try {
      return (await this.engine.exec(sql)).at(-1)?.command;
    } catch (error) {
      throw storageFault(error);
    }
  }
}
