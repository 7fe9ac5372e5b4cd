import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '@dmitry/kit';
import { type IncomingRecord, MAX_BATCH_RECORDS, redeliveryDelayMs, type SubscribeOptions } from '../core/index.ts';
import type { LogReader, PartitionLog } from './partition-log.ts';

/** One subscription as its group sees it. */
export interface Member {
  readonly options: SubscribeOptions;
  /** Aborted when the member leaves. */
  readonly leaving: AbortController;
}

export interface ReaderPlace {
  readonly topic: string;
  readonly partition: number;
  readonly log: PartitionLog;
}

/** Brings one partition to one group: to whichever member it is given, one batch at a time, again after a failure. */
export class GroupReader implements LogReader {
  position: number;
  /** Consumers do not run inside the request that happened to publish. */
  private readonly outside = AsyncLocalStorage.snapshot();
  private member: Member | null = null;
  private placed = false;
  private failures = 0;
  private pumping = false;
  private working: { readonly member: Member; readonly done: Promise<void> } | null = null;

  constructor(
    private readonly place: ReaderPlace,
    private readonly clock: Clock,
  ) {
    this.position = place.log.start;
    place.log.join(this);
  }

  get live(): boolean {
    return this.member !== null;
  }

  /** Hands the partition to another member, or to none; it gets the next batch, not the one that is being worked on. */
  assign(member: Member | null): void {
    if (member !== this.member) this.placed = false;
    this.member = member;
    this.place.log.moved();
    this.wake();
  }

  wake(): void {
    if (this.pumping) return;
    this.pumping = true;
    void this.outside(() => this.pump());
  }

  /** Resolves when the member is not working on a batch of this partition. */
  async idleOf(member: Member): Promise<void> {
    if (this.working?.member === member) await this.working.done;
  }

  /** Never rejects: what a step throws is a failure of its batch. */
  private async pump(): Promise<void> {
    await Promise.resolve(); // never inside the caller: publishing is not consuming
    for (let member = this.member; member; member = this.member) {
      const records = this.placed ? this.place.log.read(this.position, MAX_BATCH_RECORDS) : null;
      if (records?.length === 0) break;
      const failed = await this.attempt(member, records);
      this.failures = failed ? this.failures + 1 : 0;
      if (failed) await this.pause(member);
    }
    this.pumping = false; // in the same turn as the last look: whoever wakes us later starts anew
  }

  private async attempt(member: Member, records: readonly IncomingRecord[] | null): Promise<boolean> {
    const step = records ? this.deliver(member, records) : this.findStart(member);
    const done = step.then(
      () => false,
      () => true,
    );
    this.working = { member, done: done.then(() => undefined) };
    const failed = await done;
    this.working = null;
    return failed;
  }

  private async pause({ leaving }: Member): Promise<void> {
    await this.clock.sleep(redeliveryDelayMs(this.failures), leaving.signal).catch(() => undefined);
  }

  private async deliver(member: Member, records: readonly IncomingRecord[]): Promise<void> {
    const { topic, partition, log } = this.place;
    await member.options.onBatch({ topic, partition, records });
    this.position = Number(records.at(-1)?.offset ?? this.position) + 1;
    log.moved();
  }

  private async findStart(member: Member): Promise<void> {
    const { topic, partition, log } = this.place;
    const kept = await member.options.startOffset?.(topic, partition);
    if (member !== this.member) return; // handed on meanwhile: the next member asks for itself
    const wanted = kept === null || kept === undefined ? this.position : Number(kept);
    this.position = Math.min(Math.max(wanted, log.start), log.end);
    this.placed = true;
    log.moved();
  }
}
