import { topicUnknown } from '../core/index.ts';

/** Topics that are there, as far as is known. The client itself tries an unknown one for ten seconds before it says so, and all else waits. */
export class KnownTopics {
  private names: ReadonlySet<string> = new Set();

  /** @param list names every topic that is there */
  constructor(private readonly list: () => Promise<readonly string[]>) {}

  /** @throws DmitryError `messaging.topic_unknown` for the first that is not there */
  async require(topics: readonly string[]): Promise<void> {
    const missing = (): string | undefined => topics.find((topic) => !this.names.has(topic));
    if (missing() === undefined) return;
    this.names = new Set(await this.list());
    const unknown = missing();
    if (unknown !== undefined) throw topicUnknown(unknown);
  }

  /** A topic may have been deleted: ask again before it is used again. */
  forget(): void {
    this.names = new Set();
  }
}
