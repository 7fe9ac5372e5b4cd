import { connect } from 'node:net';
import { eventually } from '@dmitry/harness';

/** A connection on which a request has begun and is not complete: the server may not close it. */
export interface OpenConnection {
  /** Completes the request. @returns the whole answer */
  complete(): Promise<string>;
}

/** Sends all of a request without a body but its last line end (RFC 9112 2.1). */
export function beginRequest(url: string, path: string): Promise<OpenConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n`, () => {
      resolve({
        complete: async () => {
          socket.write('\r\n');
          await eventually('an answer', () => (text.includes('\r\n\r\n') ? true : null));
          await closed;
          return text;
        },
      });
    });
  });
}
