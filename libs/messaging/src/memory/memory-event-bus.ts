import { assertNoOpenTransaction, type Clock } from '@dmitry/kit';
import {
  busClosed,
  type EventBus,
  type OutgoingRecord,
  refuseTooLarge,
  type SubscribeOptions,
  type Subscription,
} from '../core/index.ts';
import { GroupReader, type Member, type ReaderPlace } from './group-reader.ts';
import { PartitionLog } from './partition-log.ts';

export interface MemoryEventBusOptions {
  readonly clock: Clock;
  /** How many partitions a topic has. @default 4 */
  readonly partitions?: (topic: string) => number;
  /** How far the slowest group may be behind in a partition before `publish` waits for it. @default 10000 */
  readonly maxLag?: number;
  /** Records kept in a partition after every group has read them. @default 10000 */
  readonly retained?: number;
  /**
   * `stored`: `publish` resolves when the records are in memory, so they die with the process. `consumed`: when every group that is
   * subscribed has accepted them, so an outbox in front of the bus loses nothing. Then no handler may wait for a `publish` of its own.
   * @default 'stored'
   */
  readonly acknowledge?: 'stored' | 'consumed';
}

/**
 * The event bus inside one process, with Kafka's semantics: partitions by key, groups with positions of their own, redelivery. Topics come
 * into being when they are named.
 */
export class MemoryEventBus implements EventBus {
  private readonly topics = new Map<string, PartitionLog[]>();
  private readonly groups = new Map<string, Member[]>();
  private readonly readers = new Map<string, GroupReader>();
  private appending: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: MemoryEventBusOptions) {}

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    assertNoOpenTransaction('publishing');
    this.refuseClosed();
    refuseTooLarge(records);
    const turn = this.appending.then(() => this.append(records));
    this.appending = turn.then(
      () => undefined,
      () => undefined,
    );
    const ends = await turn;
    if (this.options.acknowledge !== 'consumed') return;
    await Promise.all([...ends].map(([log, end]) => log.passed(end - 1)));
    this.refuseClosed();
  }

  subscribe(options: SubscribeOptions): Promise<Subscription> {
    if (this.closed) return Promise.reject(busClosed());
    const member: Member = { options, leaving: new AbortController() };
    this.groups.set(options.group, [...this.membersOf(options.group), member]);
    for (const topic of options.topics) this.assign(options.group, topic);
    return Promise.resolve({ close: () => this.leave(member) });
  }

  ping(): Promise<void> {
    return this.closed ? Promise.reject(busClosed()) : Promise.resolve();
  }

  /** Resolves when everything that was published has been accepted by every group that is subscribed. */
  async drain(): Promise<void> {
    for (let before = -1; !this.closed;) {
      await this.appending;
      const logs = [...this.topics.values()].flat();
      await Promise.all(logs.map((log) => log.passed(log.end - 1)));
      const all = logs.reduce((sum, log) => sum + log.end, 0);
      if (all === before) return; // nothing was published while we waited
      before = all;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.groups.values()].flat().map((member) => this.leave(member)));
    for (const logs of this.topics.values()) for (const log of logs) log.abandon();
  }

  private async leave(member: Member): Promise<void> {
    const { group, topics } = member.options;
    member.leaving.abort();
    this.groups.set(
      group,
      this.membersOf(group).filter((each) => each !== member),
    );
    await Promise.all(topics.flatMap((topic) => this.assign(group, topic)).map((reader) => reader.idleOf(member)));
  }

  /** Deals the partitions of a topic out to the members of a group that want it. */
  private assign(group: string, topic: string): GroupReader[] {
    const members = this.membersOf(group).filter(({ options }) => options.topics.includes(topic));
    return this.logsOf(topic).map((log, partition) => {
      const reader = this.readerOf(group, { topic, partition, log });
      reader.assign(members[partition % members.length] ?? null);
      return reader;
    });
  }

  private readerOf(group: string, place: ReaderPlace): GroupReader {
    const name = JSON.stringify([group, place.topic, place.partition]);
    const known = this.readers.get(name) ?? new GroupReader(place, this.options.clock);
    this.readers.set(name, known);
    return known;
  }

  private membersOf(group: string): readonly Member[] {
    return this.groups.get(group) ?? [];
  }

  private logsOf(topic: string): PartitionLog[] {
    const { partitions = () => 4, retained = 10_000 } = this.options;
    const known = this.topics.get(topic) ?? Array.from({ length: partitions(topic) }, () => new PartitionLog(retained));
    this.topics.set(topic, known);
    return known;
  }

  /** In the order of the calls. @returns each log with its end */
  private async append(records: readonly OutgoingRecord[]): Promise<Map<PartitionLog, number>> {
    const { clock, maxLag = 10_000 } = this.options;
    const ends = new Map<PartitionLog, number>();
    for (const record of records) {
      const logs = this.logsOf(record.topic);
      const log = logs[partitionOf(record.key, logs.length)];
      if (!log) continue;
      await log.passed(log.end - maxLag);
      this.refuseClosed();
      log.append(record, clock.now());
      log.wakeReaders();
      ends.set(log, log.end);
    }
    return ends;
  }

  private refuseClosed(): void {
    if (this.closed) throw busClosed();
  }
}

/** FNV-1a over the key's UTF-8: the same key is always in the same partition. */
function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % partitions;
}
