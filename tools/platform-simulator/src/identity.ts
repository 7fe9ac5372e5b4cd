import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { textAt } from './graph/json.ts';

export const SIMULATOR = 'dmitry-platform-simulator';
export const VERSION = '0.1.0';
/** A label and not a secret: the proof says which program answers, so that nobody plays a demo against a real Platform by mistake. */
const LABEL = 'dmitry-platform-simulator/identity/1';

export const proofOf = (nonce: string): string => createHmac('sha256', LABEL).update(nonce).digest('hex');

/** What the checker needs of an HTTP client: one GET. */
export type FetchLike = (url: string) => Promise<{ readonly status: number; json(): Promise<unknown> }>;

/**
 * Whether the service at `baseUrl` is this simulator. Anything else - no answer, another answer, a proof over another nonce - is no.
 * Never throws. @param nonce fresh for each question
 */
export async function provesSimulator(
  baseUrl: string,
  fetchLike: FetchLike,
  nonce: string = randomBytes(16).toString('hex'),
): Promise<boolean> {
  try {
    const answer = await fetchLike(
      `${baseUrl.replace(/\/+$/, '')}/simulator/identity?nonce=${encodeURIComponent(nonce)}`,
    );
    if (answer.status !== 200) return false;
    const body = await answer.json();
    const given = Buffer.from(textAt(body, 'proof') ?? '');
    const expected = Buffer.from(proofOf(nonce));
    return (
      textAt(body, 'simulator') === SIMULATOR && given.length === expected.length && timingSafeEqual(given, expected)
    );
  } catch {
    return false;
  }
}
