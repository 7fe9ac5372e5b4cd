/** The door of @dmitry/trust-ledger. */
export { Ledger } from './ledger.port.ts';
export type {
  Actor,
  AppendedEntry,
  EntryDraft,
  LedgerQuery,
  LedgerSession,
  ResolvedEntry,
  StoredEntry,
} from './ledger.port.ts';
export { Sequencer } from './log.port.ts';
export type { LogReader, SignedCheckpoint } from './log.port.ts';
export { LEDGER_FAULTS, ledgerFault } from './ledger.errors.ts';
export type { LedgerFaultCode } from './ledger.errors.ts';
export type { EntryStore, Reservation, WrittenEntry } from './entry-store.port.ts';
export { LedgerOver, SessionOver } from './ledger-over.ts';
export type { LedgerParts } from './ledger-over.ts';
export { BACKLOG_LIMIT_MS } from './backlog.policy.ts';
export { referencesOf } from './entry/references.ts';
export { createPseudonyms } from './entry/pseudonyms.ts';
export type { Pseudonyms } from './entry/pseudonyms.ts';
export { recordable } from './entry/recordable.ts';
export { commitmentOf, opensCommitment } from './entry/commitment.ts';
export { entryBytes } from './entry/build-entry.ts';
export { CONTENT_MEDIA_TYPE, DISCLOSURES_MEDIA_TYPE } from './entry/entry-payload.ts';
export type { SealedPart } from './entry/entry-payload.ts';
export { EMPTY_ROOT, HASH_BYTES, leafHash, nodeHash } from './tree/merkle-hash.ts';
export { CompactTree } from './tree/compact-tree.ts';
export { inclusionRoot, verifyConsistency, verifyInclusion } from './tree/verify-proof.ts';
export type { ConsistencyClaim, InclusionClaim } from './tree/verify-proof.ts';
export { grownTiles, levelSize, parseTilePath, TILE_WIDTH, tilePath, tileWidth } from './tiles/tile-path.ts';
export type { TileLevel, TileName } from './tiles/tile-path.ts';
export { decodeEntryBundle, encodeEntryBundle } from './tiles/entry-bundle.ts';
export type { TileSource } from './tiles/tile-source.port.ts';
export { TileTree } from './tiles/tile-tree.ts';
export { formatSignedNote, parseSignedNote } from './note/signed-note.ts';
export type { NoteSignature, SignedNote } from './note/signed-note.ts';
export { checkSignature, formatVerifierKey, parseVerifierKey, verifierKey } from './note/verifier-key.ts';
export { cosignedMessage, SIGNATURE_TYPE, subtreeMessage } from './note/signature-schemes.ts';
export type { SignatureType } from './note/signature-schemes.ts';
export type { SignatureCheck, VerifierKey } from './note/verifier-key.ts';
export { checkpointText, parseCheckpoint, signedCheckpoint } from './note/checkpoint.ts';
export type { Checkpoint, TreeHead } from './note/checkpoint.ts';
export { createLogSigner, createLogSigners, rotatingSigner, withCosigners } from './note/log-signer.ts';
export type { LogSigner } from './note/log-signer.ts';
export { parseTlogPolicy } from './note/tlog-policy.ts';
export type { Quorum, TlogPolicy } from './note/tlog-policy.ts';
export { evaluatePolicy, quorumHolds } from './note/evaluate-policy.ts';
export type { PolicyAnswer } from './note/evaluate-policy.ts';
export { formatTlogProof, parseTlogProof, verifyTlogProof } from './note/tlog-proof.ts';
export type { TlogProof, TlogProofAnswer, TlogProofFault } from './note/tlog-proof.ts';
export { createTrustFile } from './note/trust-file.ts';
export type { TrustOptions } from './note/trust-file.ts';
export { proveEntry } from './bundle/prove-entry.ts';
export { eventsRoot, evidenceDraft } from './entry/evidence-draft.ts';
export type { FindingEvidence } from './entry/evidence-draft.ts';
export { exportBundle } from './bundle/export-bundle.ts';
export type { BundleSelection, BundleSource, ExportOptions } from './bundle/export-bundle.ts';
export { verifyBundle } from './bundle/verify-bundle.ts';
export type { VerifyOptions } from './bundle/verify-bundle.ts';
export { VERIFY_FAULTS } from './bundle/verify-faults.ts';
export type { VerifyFaultCode } from './bundle/verify-faults.ts';
export { fsck } from './fsck/fsck.ts';
export type { FsckFault, FsckFaultCode, FsckOptions, FsckReport, LogSource } from './fsck/fsck-report.ts';
export { LedgerLogs } from './ledger-logs.port.ts';
export { CheckpointKeeper } from './checkpoint-keeper.port.ts';
export { perfectRoot, splitHashes } from './tiles/tile-nodes.ts';
export { decodeBase64, encodeBase64 } from './note/base64.ts';
export type { EntryWriterParts } from './entry/write-entries.ts';
export { createEd25519Cosigner, createMlDsaCosigner } from './note/cosigner.ts';
export type { Cosigner } from './note/cosigner.ts';
export { mergeSignatures, parseSignatureLines } from './note/merge-signatures.ts';
export type { Merged } from './note/merge-signatures.ts';
export { formatAddCheckpoint, parseAddCheckpoint } from './witness/add-checkpoint.ts';
export type { AddCheckpoint } from './witness/add-checkpoint.ts';
export { createWitness } from './witness/witness.ts';
export type { Witness, WitnessAnswer, WitnessOptions } from './witness/witness.ts';
export { createWitnessStore } from './witness/witness-store.ts';
export type { WitnessStore } from './witness/witness-store.port.ts';
export { originHash } from './witness/origin-hash.ts';
export { CheckpointCosigner } from './witness/checkpoint-cosigner.port.ts';
export type { Cosigned } from './witness/checkpoint-cosigner.port.ts';
export { checkpointDraft, LOG_OF_LOGS_TENANT, recordedCheckpoint } from './log-of-logs/checkpoint-entry.ts';
export { verifyLogOfLogs } from './log-of-logs/verify-log-of-logs.ts';
export type {
  LogOfLogsFault,
  LogOfLogsFaultCode,
  LogOfLogsOptions,
  LogOfLogsReport,
} from './log-of-logs/verify-log-of-logs.ts';
export { createMonitor } from './monitor/monitor.ts';
export type { Monitor, MonitorOptions, Observation } from './monitor/monitor.ts';
export { SplitView, splitViewOfPrefix, splitViewOfSameSize, verifySplitView } from './monitor/split-view.ts';
export type { SplitViewAnswer } from './monitor/split-view.ts';
export { CLOCK_TOLERANCE_MS } from './entry/clock-watch.ts';
export { ed25519FromSeed, verifiesEd25519 } from './note/ed25519-key.ts';
export type { Ed25519Key } from './note/ed25519-key.ts';
export { parseEntry } from './entry/parse-entry.ts';
export { createStaticLog, MINIMUM_INDEX } from './monitor/static-log.ts';
export type { LogFetch } from './monitor/static-log.ts';
export { createDeploymentSigners, logOfLogsCosigner } from './log-of-logs/deployment-signers.ts';
export type { DeploymentSignerOptions } from './log-of-logs/deployment-signers.ts';
export { isPruned, prunedTiles, withMinimumIndex } from './tiles/retention.ts';
