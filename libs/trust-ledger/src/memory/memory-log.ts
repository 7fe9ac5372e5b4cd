import {
  CompactTree,
  encodeEntryBundle,
  leafHash,
  type LogReader,
  type LogSigner,
  perfectRoot,
  type SignedCheckpoint,
  signedCheckpoint,
  TILE_WIDTH,
  type TileLevel,
} from '../core/index.ts';

/** One log: leaves, the hashes of its tiles by level, and every checkpoint that was signed. */
export class MemoryLog implements LogReader {
  readonly origin: string;
  private readonly entries: Uint8Array[] = [];
  private readonly indexes = new Map<string, number>();
  private readonly levels: Uint8Array[][] = [[]];
  private readonly signed: SignedCheckpoint[] = [];
  private tree = CompactTree.empty;

  constructor(private readonly signer: LogSigner) {
    this.origin = signer.origin;
  }

  /** Puts entries behind the others and signs the new head. @returns the index of the first */
  include(entries: readonly { readonly id: string; readonly bytes: Uint8Array }[]): number {
    const first = this.entries.length;
    for (const { id, bytes } of entries) {
      this.indexes.set(id, this.entries.length);
      this.entries.push(bytes);
      this.push(0, leafHash(bytes));
    }
    this.tree = this.tree.append(entries.map(({ bytes }) => leafHash(bytes)));
    const { size } = this.tree;
    this.signed.push(signedCheckpoint(this.signer.sign({ origin: this.origin, size, root: this.tree.root() })));
    return first;
  }

  private push(level: number, hash: Uint8Array): void {
    const hashes = (this.levels[level] ??= []);
    hashes.push(hash);
    if (hashes.length % TILE_WIDTH === 0) this.push(level + 1, perfectRoot(hashes.slice(-TILE_WIDTH)));
  }

  checkpoint(): Promise<SignedCheckpoint | null> {
    return Promise.resolve(this.signed.at(-1) ?? null);
  }

  checkpoints(limit: number): Promise<readonly SignedCheckpoint[]> {
    return Promise.resolve(this.signed.slice(-limit));
  }

  tile(level: TileLevel, index: number, width: number): Promise<Uint8Array | null> {
    const all = level === 'entries' ? this.entries : (this.levels[level] ?? []);
    const part = all.slice(index * TILE_WIDTH, index * TILE_WIDTH + width);
    if (part.length < width) return Promise.resolve(null);
    return Promise.resolve(level === 'entries' ? encodeEntryBundle(part) : Buffer.concat(part));
  }

  indexOf(entryId: string): Promise<number | null> {
    return Promise.resolve(this.indexes.get(entryId) ?? null);
  }
}
