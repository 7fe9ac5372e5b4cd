import type { OcsfEvent } from '@dmitry/contracts';
import type { Tx } from '@dmitry/storage';
import type { EventQuery, EventStore, KeptEvent } from '../core/index.ts';
import type { SealedValues } from './sealed.ts';

interface EventRow extends Record<string, unknown> {
  readonly serial: string;
  readonly source: string;
  readonly id: string;
  readonly time_ms: string;
  readonly received_ms: string;
  readonly digest: string;
  readonly format: string;
  readonly key_id: string;
  readonly body: Uint8Array;
}

const place = (tx: Tx, source: string, id: string): string => `events ${tx.tenant} ${source} ${id}`;

export class StoredEvents implements EventStore {
  constructor(private readonly sealed: SealedValues) {}

  async put(tx: Tx, events: readonly KeptEvent[]): Promise<void> {
    if (events.length === 0) return;
    const bodies = await this.sealed.seal(
      tx,
      events.map(({ event, record, source, id }) => ({ value: { event, record }, place: place(tx, source, id) })),
    );
    const column = (pick: (event: KeptEvent) => unknown) => events.map(pick);
    await tx.query(
      `insert into events (tenant, source, id, time_ms, received_ms, digest, format, class_uid, key_id, body)
       select $1, * from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::int[], $9::text[], $10::bytea[])
       on conflict do nothing`,
      [
        tx.tenant,
        column((event) => event.source),
        column((event) => event.id),
        column((event) => event.timeMs),
        column((event) => event.receivedMs),
        column((event) => event.digest),
        column((event) => event.format),
        column((event) => event.event.class_uid),
        bodies.map(({ keyId }) => keyId),
        bodies.map(({ body }) => body),
      ],
    );
  }

  async get(tx: Tx, source: string, id: string): Promise<KeptEvent | null> {
    const [row] = await tx.query<EventRow>('select * from events where source = $1 and id = $2', [source, id]);
    return row ? this.#open(tx, row) : null;
  }

  async list(tx: Tx, { before, limit }: EventQuery): Promise<readonly KeptEvent[]> {
    const rows = await tx.query<EventRow>(
      `select * from events
        where $1::text is null or serial < (select serial from events where source = $1 and id = $2)
        order by serial desc limit $3`,
      [before?.source ?? null, before?.id ?? null, limit],
    );
    const events: KeptEvent[] = [];
    for (const row of rows) {
      const event = await this.#open(tx, row);
      if (event) events.push(event);
    }
    return events;
  }

  async inOrder(
    tx: Tx,
    query: { readonly after: number; readonly limit: number },
  ): Promise<readonly { serial: number; event: KeptEvent | null }[]> {
    const rows = await tx.query<EventRow>('select * from events where serial > $1 order by serial limit $2', [
      query.after,
      query.limit,
    ]);
    const events: { serial: number; event: KeptEvent | null }[] = [];
    for (const row of rows) events.push({ serial: Number(row.serial), event: await this.#open(tx, row) });
    return events;
  }

  async #open(tx: Tx, row: EventRow): Promise<KeptEvent | null> {
    const body = await this.sealed.open(tx, { keyId: row.key_id, body: row.body }, place(tx, row.source, row.id));
    if (body === null) return null;
    const { event, record } = body as { event: OcsfEvent; record: unknown };
    return {
      source: row.source,
      id: row.id,
      timeMs: Number(row.time_ms),
      receivedMs: Number(row.received_ms),
      digest: row.digest,
      format: row.format,
      event,
      record,
    };
  }
}
