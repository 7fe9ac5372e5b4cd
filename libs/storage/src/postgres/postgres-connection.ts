import pg from 'pg';
import { commitUnknown, encodeValue, parseValue, type Row, type SqlConnection, storageFault } from '../core/index.ts';

/** How node-postgres turns text into values: as every adapter does. Binary results are never asked for. */
export const wireTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number) => (text: string) => parseValue(oid, text),
};

/** A session of the pool, for one transaction. */
export class PostgresConnection implements SqlConnection {
  private lost = false;

  constructor(private readonly client: pg.ClientBase) {}

  /** Whether the session is in no state to be given to another transaction. */
  get broken(): boolean {
    return this.lost;
  }

  async query<R extends Row = Row>(sql: string, params: readonly unknown[] = []): Promise<R[]> {
    const { rows } = await this.run({ text: sql, values: params.map(wireValue) });
    return rows as R[];
  }

  async script(sql: string): Promise<void> {
    await this.run({ text: sql });
  }

  async commit(): Promise<boolean> {
    try {
      return (await this.run({ text: 'COMMIT' })).command !== 'ROLLBACK';
    } catch (error) {
      throw this.lost ? commitUnknown(error) : error;
    }
  }

  async rollback(): Promise<void> {
    if (this.lost) return;
    await this.run({ text: 'ROLLBACK' }).catch(() => {
      this.lost = true;
    });
  }

  private async run(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    try {
      return await this.client.query(statement);
    } catch (error) {
      const fault = storageFault(error);
      this.lost ||= fault.code === 'storage.unavailable';
      throw fault;
    }
  }
}

function wireValue(value: unknown): string | Buffer | null {
  const encoded = encodeValue(value);
  return encoded instanceof Uint8Array ? Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength) : encoded;
}
