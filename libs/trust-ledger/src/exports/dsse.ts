import { parseWith, strictObject } from '@dmitry/contracts';
import { type Static, Type } from 'typebox';
import { decodeBase64, encodeBase64, verifiesEd25519 } from '../core/index.ts';
import type { ExportKey, ExportSigner } from './export-signer.ts';

/** A DSSE v1 envelope (secure-systems-lab/dsse): a payload with its type, and who signed both. */
export const DsseEnvelope = strictObject({
  payloadType: Type.String({ minLength: 1, maxLength: 256 }),
  /** Base64. */
  payload: Type.String(),
  signatures: Type.Array(strictObject({ keyid: Type.Optional(Type.String()), sig: Type.String() }), {
    minItems: 1,
    maxItems: 16,
  }),
});
export type DsseEnvelope = Static<typeof DsseEnvelope>;

/** DSSE protocol, PAE: lengths in front of type and payload, so that the border between them cannot be moved. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

export const signDsse = (payloadType: string, payload: Uint8Array, signer: ExportSigner): DsseEnvelope => ({
  payloadType,
  payload: encodeBase64(payload),
  signatures: [{ keyid: signer.keyId, sig: encodeBase64(signer.sign(preAuthEncoding(payloadType, payload))) }],
});

export type DsseAnswer =
  | { readonly ok: true; readonly payload: Uint8Array; readonly signedBy: ExportKey }
  | { readonly ok: false; readonly fault: 'envelope_invalid' | 'signature_invalid' };

/** Whether one of these keys signed the envelope (a JSON value) with this type. The key id in it is a hint and decides nothing. */
export function verifyDsse(envelope: unknown, payloadType: string, keys: readonly ExportKey[]): DsseAnswer {
  const parsed = parseWith(DsseEnvelope, envelope);
  const payload = parsed.ok ? decodeBase64(parsed.value.payload) : null;
  if (!parsed.ok || !payload || parsed.value.payloadType !== payloadType)
    return { ok: false, fault: 'envelope_invalid' };
  const message = preAuthEncoding(payloadType, payload);
  const signatures = parsed.value.signatures.flatMap(({ sig }) => decodeBase64(sig) ?? []);
  const signedBy = keys.find(({ publicKey }) =>
    signatures.some((signature) => verifiesEd25519(publicKey, message, signature)),
  );
  return signedBy ? { ok: true, payload, signedBy } : { ok: false, fault: 'signature_invalid' };
}
