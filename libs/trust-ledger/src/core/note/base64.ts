/** Bytes of standard base64 with padding (RFC 4648 4), or null. Only the one canonical spelling counts: a changed bit never goes unseen. */
export function decodeBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

export const encodeBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
