import { isDmitryError } from '@dmitry/kit';
import type { OutboundClient, OutboundResult } from '@dmitry/outbound';
import {
  checkSignature,
  formatAddCheckpoint,
  type NoteSignature,
  parseCheckpoint,
  parseSignatureLines,
  type SignedCheckpoint,
  type TileSource,
  TileTree,
  type VerifierKey,
} from '../core/index.ts';

export interface WitnessClientOptions {
  /** Name in logs, e.g. as the policy names it. */
  readonly name: string;
  /** Under which its cosignatures count. */
  readonly keys: readonly VerifierKey[];
  /** The witness; its base URL is the submission prefix. Text bodies must go out as they are. */
  readonly client: OutboundClient;
}

/** What a witness said to a checkpoint. */
export type WitnessAsked =
  | { readonly kind: 'cosigned'; readonly signatures: readonly NoteSignature[] }
  /** It knows a larger head of this log. */
  | { readonly kind: 'ahead'; readonly size: number }
  /** HTTP status, or 200 with no cosignature under its keys. */
  | { readonly kind: 'refused'; readonly status: number; readonly why: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface WitnessClient {
  readonly name: string;
  readonly keys: readonly VerifierKey[];
  /** Rejects only when the log's own tiles are broken. */
  cosign(log: TileSource, checkpoint: SignedCheckpoint): Promise<WitnessAsked>;
}

/** The first guess, the size that the witness names, and once more when somebody else was quicker. */
const MAX_TURNS = 3;

/** A client of C2SP tlog-witness. Witness traffic is operations: metrics, no entries (DESIGN.md P1). */
export function createWitnessClient({ name, keys, client }: WitnessClientOptions): WitnessClient {
  /** Sizes that the witness cosigned last, log by log: a guess that spares a turn. */
  const sizes = new Map<string, number>();

  async function turn(log: TileSource, checkpoint: SignedCheckpoint, oldSize: number): Promise<OutboundResult> {
    const proof = await new TileTree(log, checkpoint.size).consistencyProof(oldSize);
    return client.operate({
      method: 'POST',
      path: '/add-checkpoint',
      operation: 'witness.add-checkpoint',
      kind: 'read', // asking again is harmless: the same head gets another cosignature
      body: formatAddCheckpoint({ oldSize, proof, checkpoint: checkpoint.note }),
      headers: { 'content-type': 'text/plain; charset=utf-8', accept: 'text/plain, text/x.tlog.size' },
      expect: 'text',
    });
  }

  async function cosign(log: TileSource, checkpoint: SignedCheckpoint): Promise<WitnessAsked> {
    let oldSize = sizes.get(checkpoint.origin) ?? 0;
    for (let n = 0; n < MAX_TURNS; n++) {
      if (oldSize > checkpoint.size) return { kind: 'ahead', size: oldSize };
      const result = await turn(log, checkpoint, oldSize);
      if (result.kind === 'ok') return accepted(checkpoint, result.body);
      const size = result.kind === 'refused' && result.status === 409 ? sizeOf(result.body) : null;
      if (size === null) return failed(result);
      sizes.set(checkpoint.origin, size);
      oldSize = size;
    }
    return { kind: 'refused', status: 409, why: 'its last size changes with every turn' };
  }

  function accepted(checkpoint: SignedCheckpoint, body: unknown): WitnessAsked {
    const signatures = ownSignatures(checkpoint.note, String(body), keys);
    if (signatures.length === 0) return { kind: 'refused', status: 200, why: 'no cosignature under its keys' };
    sizes.set(checkpoint.origin, checkpoint.size);
    return { kind: 'cosigned', signatures };
  }

  return { name, keys, cosign };
}

function failed(result: Exclude<OutboundResult, { kind: 'ok' }>): WitnessAsked {
  if (result.kind === 'refused')
    return { kind: 'refused', status: result.status, why: String(result.body).trim().slice(0, 200) };
  return { kind: 'unavailable', reason: result.reason };
}

/** C2SP tlog-witness: the body of a 409 is the size, in decimal. */
function sizeOf(body: unknown): number | null {
  const text = String(body).trim();
  return /^(0|[1-9][0-9]*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}

/** Those lines that verify under the witness's keys; the others MUST be ignored. A body that is no list of signatures has none. */
function ownSignatures(note: string, body: string, keys: readonly VerifierKey[]): NoteSignature[] {
  const { text } = parseCheckpoint(note);
  try {
    return parseSignatureLines(body).filter((one) =>
      keys.some((key) => checkSignature(key, text, one).kind === 'verified'),
    );
  } catch (error) {
    if (isDmitryError(error)) return [];
    throw error;
  }
}
