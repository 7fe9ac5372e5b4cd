// Whether a service answers, asked in its own protocol so that no client library is needed.
import { connect } from 'node:net';

/**
 * @param {number} port @param {Uint8Array | string} question
 * @param {(answer: Buffer) => boolean | null} judge null: not enough yet
 * @returns {Promise<boolean>}
 */
function ask(port, question, judge) {
  return new Promise((resolve) => {
    let answer = Buffer.alloc(0);
    const socket = connect(port, '127.0.0.1', () => socket.write(question));
    const end = (verdict) => {
      socket.destroy();
      resolve(verdict);
    };
    socket.setTimeout(2000, () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      const verdict = judge(answer);
      if (verdict !== null) end(verdict);
    });
  });
}

/** A StartupMessage 3.0; `R` asks for a password, `E` says that the server is still starting. @param {number} port @param {string} user */
export function postgresAnswers(port, user) {
  const body = Buffer.from(`user\0${user}\0database\0postgres\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(196_608, 4);
  return ask(port, Buffer.concat([head, body]), (answer) => answer[0] === 0x52);
}

/** @param {number} port @param {string} password */
export const redisAnswers = (port, password) =>
  ask(port, `AUTH ${password}\r\nPING\r\n`, (answer) => {
    const text = answer.toString('latin1');
    return text.includes('+PONG') ? true : text.startsWith('-') ? false : null;
  });

/** Metadata v1 without topics: ready once the cluster counts a broker. @param {number} port */
export function kafkaAnswers(port) {
  const request = Buffer.alloc(18);
  request.writeInt32BE(14, 0); // size of what follows
  request.writeInt16BE(3, 4); // Metadata
  request.writeInt16BE(1, 6); // version
  request.writeInt32BE(1, 8); // correlation
  request.writeInt16BE(-1, 12); // no client id
  request.writeInt32BE(0, 14); // no topics
  return ask(port, request, (answer) => (answer.length < 12 ? null : answer.readInt32BE(8) > 0));
}
