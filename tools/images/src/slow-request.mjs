// A request that is in flight for as long as it is wanted: its body is held back by the last byte.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';

/** A token as an issuer signs it. @param {string} secret @param {object} claims */
export function tokenOf(secret, claims) {
  const encode = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 600;
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ ...claims, exp })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/**
 * @param {string} url @param {string} token @param {object} body
 * @returns {Promise<() => Promise<number>>} sends the last byte and answers with the status; 0 when the connection broke
 */
export async function beginRequest(url, token, body) {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': bytes.length,
  };
  const sent = request(url, { method: 'POST', headers });
  const answered = once(sent, 'response').then(
    ([answer]) => {
      answer.resume();
      return /** @type {number} */ (answer.statusCode);
    },
    () => 0,
  );
  await new Promise((resolve) => sent.write(bytes.subarray(0, -1), resolve));
  return () => {
    sent.end(bytes.subarray(-1));
    return answered;
  };
}
