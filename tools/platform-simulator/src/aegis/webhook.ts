import { createHmac, timingSafeEqual } from 'node:crypto';

/** The value of `X-Aegis-Signature` for a raw body (domain 8.14). */
export const signAegisWebhook = (secret: string, rawBody: string | Uint8Array): string =>
  `sha256=${createHmac('sha256', secret).update(rawBody).digest('hex')}`;

/** Whether a signature is that of the raw body. Takes the same time for every signature of the right length. */
export function verifyAegisWebhook(secret: string, rawBody: string | Uint8Array, signature: string): boolean {
  const expected = Buffer.from(signAegisWebhook(secret, rawBody));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** The parts of a delivery of Aegis findings, ready to be posted to `/webhooks/aegis/findings`. */
export function aegisDelivery(secret: string, body: unknown): { body: string; headers: Record<string, string> } {
  const raw = JSON.stringify(body);
  return {
    body: raw,
    headers: { 'content-type': 'application/json', 'x-aegis-signature': signAegisWebhook(secret, raw) },
  };
}
