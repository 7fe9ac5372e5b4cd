import { connect } from 'node:net';
import { eventually } from '@dmitry/harness';

/** One HTTP/1.1 connection on which requests follow each other without waiting for answers (RFC 9112 9.3.2). */
export interface Connection {
  send(method: string, path: string, request?: { readonly token?: string; readonly body?: unknown }): void;
  /** Statuses of the first answers, in order, once there are as many. */
  statuses(count: number): Promise<readonly number[]>;
  /** Everything that came. */
  text(): string;
}

export function openConnection(url: string): Connection {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined); // what did not come is what the suite sees
  return {
    send: (method, path, { token, body } = {}) => {
      const bytes = body === undefined ? '' : JSON.stringify(body);
      const head = [
        `${method} ${path} HTTP/1.1`,
        `Host: ${hostname}`,
        ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
        ...(body === undefined
          ? []
          : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(bytes)}`]),
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\n${bytes}`);
    },
    statuses: (count) =>
      eventually(`${count} answers`, () => {
        const seen = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
        return seen.length >= count ? seen : null;
      }),
    text: () => text,
  };
}
