/** A tag's token, as it stood when a load began. */
export type TagToken = readonly [tagKey: string, token: string];

/** What a tier keeps. The body may be sealed; the rest is bound to it when it is. */
export interface CacheEntry {
  readonly storedMs: number;
  /** Until when it is fresh, and until when it may be of any use. */
  readonly freshUntilMs: number;
  readonly usableUntilMs: number;
  readonly revalidateUntilMs: number;
  readonly tokens: readonly TagToken[];
  readonly body: Uint8Array;
}

/**
 * Where entries live. A tag stands for a token that changes when it is invalidated; an entry counts only while the tokens that it was
 * stored with are still those of its tags. A lost token is a changed one, so losing anything makes misses and never old values.
 */
export interface CacheTier {
  /** The entry, when it is there and its tokens hold. */
  read(key: string): Promise<CacheEntry | null>;
  /** Stores it while its tokens hold; otherwise it does nothing: what is there may be newer. */
  write(key: string, entry: CacheEntry): Promise<void>;
  /** The tokens of the tags as they are now; a tag without one gets one. @param keepMs how long they will be needed */
  tokens(tagKeys: readonly string[], keepMs: number): Promise<readonly TagToken[]>;
  /** Changes the tokens; done when it resolves. */
  invalidate(tagKeys: readonly string[]): Promise<void>;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}
