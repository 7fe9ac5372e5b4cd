import type { DeadLetter as WireLetter, DeadLetterContent as WireContent } from '@dmitry/contracts';
import { type DeadLetter, type DeadLetterContent, deadLetterNotFound } from '@dmitry/messaging';
import type { PipelineOptions } from './pipeline-options.ts';

/** What one tenant's pipeline refused: looked at, and published again once its cause is gone. */
export class DeadLetterDesk {
  constructor(private readonly options: Pick<PipelineOptions, 'database' | 'deadLetters'>) {}

  /** Newest first. @param query.after id of the last one of the page before */
  async list(
    tenant: string,
    query: { readonly limit: number; readonly after?: string; readonly code?: string },
  ): Promise<readonly WireLetter[]> {
    const { database, deadLetters } = this.options;
    return (await database.tenant(tenant, (tx) => deadLetters.list(tx, query))).map(wireLetter);
  }

  /** @throws DmitryError `messaging.dead_letter_not_found` */
  async get(tenant: string, id: string): Promise<WireContent> {
    const letter = await this.#find(tenant, id);
    return { ...wireLetter(letter), value: letter.value && Buffer.from(letter.value).toString('base64') };
  }

  /** @throws DmitryError `messaging.dead_letter_not_found`, `messaging.dead_letter_erased`, `messaging.dead_letter_off_the_bus` */
  async replay(tenant: string, id: string): Promise<WireLetter> {
    const { database, deadLetters } = this.options;
    await database.tenant(tenant, (tx) => deadLetters.replay(tx, id));
    return wireLetter(await this.#find(tenant, id));
  }

  async #find(tenant: string, id: string): Promise<DeadLetterContent> {
    const { database, deadLetters } = this.options;
    const letter = await database.tenant(tenant, (tx) => deadLetters.get(tx, id));
    if (!letter) throw deadLetterNotFound(id);
    return letter;
  }
}

const wireLetter = (letter: DeadLetter): WireLetter => ({
  id: letter.id,
  topic: letter.topic,
  partition: letter.partition,
  offset: letter.offset,
  key: letter.key,
  headers: { ...letter.headers },
  code: letter.code,
  detail: letter.detail,
  refused_at: letter.refusedAt.toISOString(),
  replayed_at: letter.replayedAt?.toISOString() ?? null,
});
