/** Entries and proofs in other people's formats, each with its verifier: in-toto in DSSE, COSE receipt, OCSF, C2SP tlog-proof. */
export { createExportSigner, createExportSigners, exportKey } from './export-signer.ts';
export type { ExportKey, ExportSigner } from './export-signer.ts';
export { DsseEnvelope, preAuthEncoding, signDsse, verifyDsse } from './dsse.ts';
export type { DsseAnswer } from './dsse.ts';
export {
  attestEntry,
  EntryStatement,
  entryStatement,
  IN_TOTO_PAYLOAD_TYPE,
  LEDGER_ENTRY_PREDICATE,
  verifyAttestation,
} from './in-toto.ts';
export type { AttestationAnswer, AttestationFault } from './in-toto.ts';
export { createCoseReceipt, receiptOf, verifyCoseReceipt } from './cose-receipt.ts';
export type { ReceiptAnswer, ReceiptClaim } from './cose-receipt.ts';
export { entryOfOcsf, ocsfEventOf } from './ocsf-event.ts';
export type { OcsfPlace } from './ocsf-event.ts';
export { formatTlogProof, parseTlogProof, proveEntry, verifyTlogProof } from '../core/index.ts';
