/**
 * Milliseconds that a Retry-After header asks for (RFC 9110 10.2.3): delay seconds or an HTTP date.
 * @returns 0 when there is none, or when it cannot be read
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (!header) return 0;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
}
