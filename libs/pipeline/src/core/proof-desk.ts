import type { TrustFile } from '@dmitry/contracts';
import { isDmitryError } from '@dmitry/kit';
import {
  type BundleSelection,
  createTrustFile,
  encodeBase64,
  exportBundle,
  type ExportOptions,
  type LedgerQuery,
  ledgerFault,
  parseCheckpoint,
  parseTilePath,
  type SignedCheckpoint,
  type StoredEntry,
  type TileName,
  TileTree,
} from '@dmitry/trust-ledger';
import { notFound } from './pipeline.errors.ts';
import type { PipelineOptions } from './pipeline-options.ts';

export interface InclusionProof {
  readonly entry_id: string;
  readonly index: number;
  readonly size: number;
  /** RFC 6962 2.1.1 path, base64. */
  readonly proof: readonly string[];
  readonly checkpoint: string;
}

export interface ConsistencyProof {
  readonly from: number;
  readonly size: number;
  /** RFC 6962 2.1.2 path, base64. */
  readonly proof: readonly string[];
  readonly checkpoint: string;
}

type Parts = Pick<PipelineOptions, 'database' | 'ledger' | 'logs'>;

/** One tenant's log, for whoever wants to check it. */
export class ProofDesk {
  constructor(private readonly options: Parts) {}

  entries(tenant: string, query: LedgerQuery): Promise<readonly StoredEntry[]> {
    return this.options.database.tenant(tenant, (tx) => this.options.ledger.list(tx, query), { readOnly: true });
  }

  newest(tenant: string, limit: number): Promise<readonly StoredEntry[]> {
    return this.entries(tenant, { limit, newestFirst: true });
  }

  /** @throws DmitryError `ledger.proof_pending` while nothing is signed */
  checkpoint(tenant: string): Promise<SignedCheckpoint> {
    return this.options.logs.checkpoint(tenant);
  }

  async inclusion(tenant: string, entryId: string): Promise<InclusionProof> {
    const reader = this.options.logs.reader(tenant);
    const [known] = await this.entries(tenant, { ids: [entryId] });
    if (!known) throw notFound('entry');
    const checkpoint = await this.checkpoint(tenant);
    const index = await reader.indexOf(entryId);
    if (index === null || index >= checkpoint.size)
      throw pending(`the newest checkpoint covers ${checkpoint.size} entries`);
    const proof = await new TileTree(reader, checkpoint.size).inclusionProof(index);
    return {
      entry_id: entryId,
      index,
      size: checkpoint.size,
      proof: proof.map(encodeBase64),
      checkpoint: checkpoint.note,
    };
  }

  /** Proof that the newest checkpoint leads on from one of `from` entries, or from the signed note given. */
  async consistency(tenant: string, from: number | string): Promise<ConsistencyProof> {
    const checkpoint = await this.checkpoint(tenant);
    const size = typeof from === 'number' ? from : parseCheckpoint(from).size;
    if (size > checkpoint.size) throw pending(`the newest checkpoint covers ${checkpoint.size} entries`);
    const proof = await new TileTree(this.options.logs.reader(tenant), checkpoint.size).consistencyProof(size);
    return { from: size, size: checkpoint.size, proof: proof.map(encodeBase64), checkpoint: checkpoint.note };
  }

  /** The bytes of a Bundle v1. */
  bundle(tenant: string, selection: BundleSelection, options: ExportOptions = {}): Promise<Uint8Array> {
    const { database, ledger, logs } = this.options;
    const kept = logs.keeper ? { keeper: logs.keeper } : {};
    return exportBundle({ tenant, reader: logs.reader(tenant), ledger, database, ...kept }, selection, options);
  }

  /**
   * A resource of C2SP tlog-tiles below the log's prefix, e.g. `tile/entries/000.p/12`.
   * @throws DmitryError `request.not_found` for what is no tile of the log, or was pruned
   */
  async tile(tenant: string, path: string): Promise<Uint8Array> {
    const { level, index, width } = tileNamed(path);
    const bytes = await this.options.logs.reader(tenant).tile(level, index, width);
    if (!bytes) throw notFound('tile');
    return bytes;
  }

  /** Below which entries were pruned. */
  async minimumIndex(tenant: string): Promise<number> {
    return (await this.options.logs.reader(tenant).minimumIndex?.()) ?? 0;
  }

  /** What a verifier has to be given by another way than the bundle: the log's key. */
  trust(tenant: string): TrustFile {
    return createTrustFile({ logs: this.options.logs.verifierKeys(tenant) });
  }
}

function tileNamed(path: string): TileName {
  try {
    return parseTilePath(path);
  } catch (error) {
    if (isDmitryError(error)) throw notFound('tile');
    throw error;
  }
}

const pending = (why: string) =>
  ledgerFault('ledger.proof_pending', `no proof yet: ${why}; try again in about a second`, {
    retryable: true,
    severity: 'info',
  });
