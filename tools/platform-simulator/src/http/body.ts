import type { IncomingMessage } from 'node:http';
import { Refusal } from './route.ts';

const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The body of a request, raw and as JSON; undefined where there is none. */
export async function readBody(request: IncomingMessage): Promise<{ raw: Buffer; json: unknown }> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= MAX_BODY_BYTES) parts.push(part); // the rest is read and dropped, so that the refusal can be read
  }
  if (size > MAX_BODY_BYTES) throw new Refusal(413, 'too_large', `a body has at most ${MAX_BODY_BYTES} bytes`);
  const raw = Buffer.concat(parts);
  if (raw.length === 0) return { raw, json: undefined };
  try {
    return { raw, json: JSON.parse(raw.toString('utf8')) as unknown };
  } catch {
    throw new Refusal(400, 'malformed', 'the body must be JSON');
  }
}
