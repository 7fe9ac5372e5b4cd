import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CheckpointKeeper,
  CompactTree,
  encodeBase64,
  encodeEntryBundle,
  ledgerFault,
  type LogReader,
  type LogSigner,
  type LogSource,
  type SignedCheckpoint,
  signedCheckpoint,
  TILE_WIDTH,
  type TileLevel,
  tileWidth,
} from '../core/index.ts';
import { readOrNull, writeDurably } from './durable-file.ts';
import type { FileEntryStore } from './file-entry-store.ts';
import { SignedHistory } from './signed-history.ts';
import type { Row, TenantRows } from './tenant-rows.ts';
import { TileEdge } from './tile-edge.ts';
import { CHECKPOINT, openTileFolder, PUBLIC_KEY } from './tile-folder.ts';
import { removePartials, type TileFile, writeTileFiles } from './tile-writer.ts';

export interface FileLogOptions {
  /** Below which the log's static files lie. */
  readonly folder: string;
  readonly pseudonym: string;
  readonly signer: LogSigner;
  readonly store: FileEntryStore;
  readonly keeper?: CheckpointKeeper | undefined;
}

/** Entries that one round gives places: DESIGN.md 5.6. */
const ROUND_LIMIT = 4_096;

/** One tenant's log: its entries in the order of the journal, as static C2SP tlog-tiles in a folder that any web server can serve. */
export class FileLog implements LogReader, LogSource {
  readonly origin: string;
  private readonly rows: TenantRows;
  private readonly history: SignedHistory;
  private readonly files: ReturnType<typeof openTileFolder>;
  private tree = CompactTree.empty;
  private edge = TileEdge.empty;
  private last: SignedCheckpoint | null = null;

  constructor(private readonly options: FileLogOptions) {
    this.origin = options.signer.origin;
    this.rows = options.store.tenant(options.pseudonym);
    this.history = new SignedHistory(options.folder);
    this.files = openTileFolder(options.folder);
  }

  /**
   * Takes up the log from its last signed checkpoint, after the journal was read: nothing that was signed may be missing.
   * @throws DmitryError `ledger.behind_checkpoint`
   */
  async restore(): Promise<void> {
    await this.history.mend();
    this.last = (await this.history.all()).at(-1) ?? null;
    const kept = (await this.options.keeper?.last(this.origin)) ?? null;
    if (kept) this.refuseOther(kept);
    if (!this.last) return;
    const hashes = this.refuseOther(this.last);
    this.tree = this.tree.append(hashes);
    this.edge = this.edge.grow(hashes).edge;
    this.options.store.sequenced(this.options.pseudonym, this.last.size);
    await this.show(this.last); // a crash may have come between the two files
    await this.showKey();
  }

  /** The leaf hashes that a checkpoint covers. */
  private refuseOther({ size, root }: SignedCheckpoint): Uint8Array[] {
    const hashes = hashesOf(this.rows.rows.slice(0, size));
    if (hashes.length < size)
      throw behind(this.origin, `${size} entries were signed and the journal has ${hashes.length}`);
    if (encodeBase64(CompactTree.empty.append(hashes).root()) !== root)
      throw behind(this.origin, `the ${size} entries that were signed are not the ones in the journal`);
    return hashes;
  }

  /** Gives places to what waits, writes tiles, signs. Stopped anywhere, it does the same again. @returns how many */
  async include(): Promise<number> {
    const { store, pseudonym, folder, signer } = this.options;
    const { size } = this.tree;
    const fresh = this.rows.rows.slice(size, size + ROUND_LIMIT);
    if (fresh.length === 0) return 0;
    const hashes = hashesOf(fresh);
    const tree = this.tree.append(hashes);
    const { edge, tiles } = this.edge.grow(hashes);
    if (size === 0) await this.begin();
    const bundles = await this.bundles(size, tree.size);
    await writeTileFiles(folder, [...bundles, ...tiles]);
    const signed = signedCheckpoint(signer.sign({ origin: this.origin, size: tree.size, root: tree.root() }));
    await this.history.add(signed);
    this.tree = tree;
    this.edge = edge;
    this.last = signed;
    store.sequenced(pseudonym, tree.size);
    await this.show(signed);
    const full = tiles.filter(({ width, known }) => width === TILE_WIDTH && known > 0);
    for (const tile of full) await removePartials(folder, tile);
    if (full.some(({ level }) => level === 0))
      await removePartials(folder, { level: 'entries', index: Math.floor(size / TILE_WIDTH), width: TILE_WIDTH });
    return fresh.length;
  }

  private async begin(): Promise<void> {
    await mkdir(this.options.folder, { recursive: true });
    await this.showKey();
  }

  /** Beside the tiles, also after a change of keys. */
  private async showKey(): Promise<void> {
    const { folder, signer } = this.options;
    const key = `${signer.verifierKey}\n`;
    const shown = await readOrNull(join(folder, PUBLIC_KEY));
    if (!shown || Buffer.from(shown).toString('utf8') !== key) await writeDurably(join(folder, PUBLIC_KEY), key);
  }

  /** The entry bundles of a tree grown from `from` to `to`. */
  private async bundles(from: number, to: number): Promise<TileFile[]> {
    const firstIndex = Math.floor(from / TILE_WIDTH);
    const leaves = await this.options.store.leaves(this.rows.rows.slice(firstIndex * TILE_WIDTH, to));
    const files: TileFile[] = [];
    for (let at = 0; at < leaves.length; at += TILE_WIDTH) {
      const index = firstIndex + at / TILE_WIDTH;
      const width = tileWidth('entries', index, to);
      files.push({ level: 'entries', index, width, bytes: encodeEntryBundle(leaves.slice(at, at + width)) });
    }
    return files;
  }

  private async show(signed: SignedCheckpoint): Promise<void> {
    const path = join(this.options.folder, CHECKPOINT);
    const shown = await readOrNull(path);
    if (!shown || Buffer.from(shown).toString('utf8') !== signed.note) await writeDurably(path, signed.note);
    await this.options.keeper?.keep(signed);
  }

  checkpoint(): Promise<SignedCheckpoint | null> {
    return Promise.resolve(this.last);
  }

  checkpointNote(): Promise<string | null> {
    return this.files.checkpointNote();
  }

  async checkpoints(limit: number): Promise<readonly SignedCheckpoint[]> {
    return (await this.history.all()).slice(-limit);
  }

  tile(level: TileLevel, index: number, width: number): Promise<Uint8Array | null> {
    return this.files.tile(level, index, width);
  }

  minimumIndex(): Promise<number> {
    return this.files.minimumIndex();
  }

  indexOf(entryId: string): Promise<number | null> {
    return Promise.resolve(this.rows.indexOf(entryId));
  }
}

const hashesOf = (rows: readonly Row[]): Uint8Array[] => rows.flatMap(({ leafHash }) => leafHash ?? []);

const behind = (origin: string, what: string) =>
  ledgerFault(
    'ledger.behind_checkpoint',
    `log ${origin}: ${what}. Restore the newer journal; nothing is written to this one`,
  );
