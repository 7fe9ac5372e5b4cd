import type { LedgerEntry } from '@dmitry/contracts';
import { isDmitryError } from '@dmitry/kit';
import type { EntryDraft } from '../ledger.port.ts';
import type { SignedCheckpoint } from '../log.port.ts';
import { decodeBase64, encodeBase64 } from '../note/base64.ts';
import { type Checkpoint, checkpointText, parseCheckpoint } from '../note/checkpoint.ts';
import { formatSignedNote } from '../note/signed-note.ts';

/** Name of the tenant whose log holds the checkpoints of all the others. */
export const LOG_OF_LOGS_TENANT = '_logs';

/**
 * A log's checkpoint as an entry of the log of logs. Everything is public: with the entry alone a stranger has the checkpoint and the
 * log's own signature. Cosignatures stay out; they come later and would make another leaf of the same head.
 */
export function checkpointDraft({ origin, size, root, note }: SignedCheckpoint): EntryDraft {
  const own = parseCheckpoint(note).signatures.find(({ name }) => name === origin);
  return {
    type: 'checkpoint',
    facts: {
      log: origin,
      size,
      root,
      ...(own && { key: own.keyId, signature: encodeBase64(own.signature) }),
    },
    lookups: { event: origin },
  };
}

/** The checkpoint that an entry of the log of logs recorded, or null for an entry that is none. */
export function recordedCheckpoint({ type, facts }: LedgerEntry): Checkpoint | null {
  if (type !== 'checkpoint') return null;
  const { log, size, root, key, signature } = facts;
  const [rootBytes, blob] = [decodeBase64(String(root)), decodeBase64(String(signature))];
  if (!rootBytes || !blob || !/^[0-9a-f]{8}$/.test(String(key))) return null;
  const text = checkpointText({ origin: String(log), size: Number(size), root: rootBytes });
  try {
    const signed = { name: String(log), keyId: String(key), signature: blob };
    return parseCheckpoint(formatSignedNote({ text, signatures: [signed] }));
  } catch (error) {
    if (isDmitryError(error)) return null;
    throw error;
  }
}
