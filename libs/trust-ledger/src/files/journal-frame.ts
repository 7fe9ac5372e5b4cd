import { crc32 } from 'node:zlib';

/**
 * A frame is what one flush to the disk made durable: the entries of many callers under one checksum.
 *
 *     0  "dmitryJ1"
 *     8  number of the frame, 64 bits, big-endian: 1, 2, 3 … through all segments
 *    16  bytes of the body, 32 bits
 *    20  CRC-32 of bytes 8 to 20 and the body
 *    24  body
 */
export const FRAME_HEADER_BYTES = 24;

const MAGIC = Buffer.from('dmitryJ1', 'latin1');
const NUMBER_AT = 8;
const LENGTH_AT = 16;
const CHECKSUM_AT = 20;

export interface Frame {
  readonly number: number;
  /** Where its body begins and ends in the bytes it was read from. */
  readonly start: number;
  readonly end: number;
}

/** The frame around the given pieces, in one buffer. */
export function encodeFrame(number: number, pieces: readonly Uint8Array[]): Buffer {
  const frame = Buffer.concat([Buffer.alloc(FRAME_HEADER_BYTES), ...pieces]);
  MAGIC.copy(frame);
  frame.writeBigUInt64BE(BigInt(number), NUMBER_AT);
  frame.writeUInt32BE(frame.length - FRAME_HEADER_BYTES, LENGTH_AT);
  frame.writeUInt32BE(checksum(frame, 0, frame.length), CHECKSUM_AT);
  return frame;
}

/** The frame at `at`, or null when there is none that is whole. */
export function readFrame(bytes: Buffer, at: number): Frame | null {
  const start = at + FRAME_HEADER_BYTES;
  if (start > bytes.length || !bytes.subarray(at, at + MAGIC.length).equals(MAGIC)) return null;
  const end = start + bytes.readUInt32BE(at + LENGTH_AT);
  if (end > bytes.length || checksum(bytes, at, end) !== bytes.readUInt32BE(at + CHECKSUM_AT)) return null;
  return { number: Number(bytes.readBigUInt64BE(at + NUMBER_AT)), start, end };
}

/** The next whole frame behind `at`, wherever it begins. */
export function findFrame(bytes: Buffer, at: number): Frame | null {
  for (let next = bytes.indexOf(MAGIC, at); next >= 0; next = bytes.indexOf(MAGIC, next + 1)) {
    const frame = readFrame(bytes, next);
    if (frame) return frame;
  }
  return null;
}

function checksum(bytes: Buffer, at: number, end: number): number {
  return crc32(bytes.subarray(at + FRAME_HEADER_BYTES, end), crc32(bytes.subarray(at + NUMBER_AT, at + CHECKSUM_AT)));
}
