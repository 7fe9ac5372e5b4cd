// The part of node:buffer that verifying needs, for browsers. Standard APIs only.
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes of base64 text; what is no base64 gives no bytes, and whoever needs it exactly writes it again and compares. */
function fromBase64(text) {
  const digits = [...text.replace(/=+$/, '')].map((character) => ALPHABET.indexOf(character));
  if (digits.includes(-1)) return new Uint8Array();
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  for (let at = 0; at < bytes.length; at++) {
    const [digit, shift] = [Math.floor((at * 4) / 3), (at % 3) * 2];
    bytes[at] = (digits[digit] << (2 + shift)) | (digits[digit + 1] >> (4 - shift));
  }
  return bytes;
}

function toBase64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const digits = [18, 12, 6, 0].map((shift) => ALPHABET[(group >> shift) & 63]).join('');
    text += digits.slice(0, bytes.length - at + 1).padEnd(4, '=');
  }
  return text;
}

const fromHex = (text) => Uint8Array.from(text.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export class Buffer extends Uint8Array {
  static from(source, encoding = 'utf8') {
    if (typeof source !== 'string') return new Buffer(source);
    const decode = { utf8: (text) => encoder.encode(text), base64: fromBase64, hex: fromHex };
    return new Buffer(decode[encoding](source));
  }

  static alloc(size) {
    return new Buffer(size);
  }

  static concat(parts) {
    const all = new Buffer(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  static compare(a, b) {
    const at = a.findIndex((byte, n) => byte !== b[n]);
    if (at < 0) return Math.sign(a.length - b.length);
    return at >= b.length || a[at] > b[at] ? 1 : -1;
  }

  toString(encoding = 'utf8') {
    return { utf8: (bytes) => decoder.decode(bytes), base64: toBase64, hex: toHex }[encoding](this);
  }

  readBigUInt64BE(at) {
    return new DataView(this.buffer, this.byteOffset, this.length).getBigUint64(at);
  }

  writeBigUInt64BE(value, at = 0) {
    new DataView(this.buffer, this.byteOffset, this.length).setBigUint64(at, value);
    return at + 8;
  }
}
