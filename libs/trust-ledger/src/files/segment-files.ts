import { mkdir, open, readdir, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { ledgerFault } from '../core/index.ts';
import { syncPath } from './durable-file.ts';
import { findFrame, readFrame } from './journal-frame.ts';

const NAME = /^\d{10}\.journal$/;

export const segmentPath = (folder: string, segment: number): string =>
  join(folder, `${String(segment).padStart(10, '0')}.journal`);

/** Makes an empty segment that is there after a crash. */
export async function createSegment(folder: string, segment: number): Promise<void> {
  const file = await open(segmentPath(folder, segment), 'wx');
  await file.close();
  await syncPath(folder);
}

/** Where a journal goes on. */
export interface JournalEnd {
  readonly segment: number;
  readonly bytes: number;
  readonly frames: number;
}

/** Called with each frame's body and its place, in order. */
export type FrameVisitor = (body: Buffer, segment: number, at: number) => void;

/**
 * Reads a journal from its beginning and cuts a torn tail: what a crash left of a flush that nobody was told of.
 * @throws DmitryError `ledger.files_damaged` when a frame is broken that another one follows: it had been flushed, somebody may count on it
 */
export async function recoverSegments(folder: string, visit: FrameVisitor): Promise<JournalEnd> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder)).filter((name) => NAME.test(name)).toSorted();
  if (names.length === 0) {
    await createSegment(folder, 1);
    return { segment: 1, bytes: 0, frames: 0 };
  }
  let end: JournalEnd = { segment: 0, bytes: 0, frames: 0 };
  for (const [at, name] of names.entries()) {
    const segment = at + 1;
    if (Number.parseInt(name, 10) !== segment) throw damaged(segmentPath(folder, segment), 0, 'the segment is missing');
    end = await recoverSegment(segmentPath(folder, segment), { segment, bytes: 0, frames: end.frames }, visit);
    if (segment < names.length) await refuseTail(segmentPath(folder, segment), end.bytes);
  }
  await cutTail(segmentPath(folder, end.segment), end.bytes);
  return end;
}

async function recoverSegment(path: string, begin: JournalEnd, visit: FrameVisitor): Promise<JournalEnd> {
  const content = await readFile(path);
  let { bytes, frames } = begin;
  for (;;) {
    const frame = readFrame(content, bytes);
    if (!frame) break;
    if (frame.number !== frames + 1) throw damaged(path, bytes, `frame ${frames + 1} is missing`);
    visit(content.subarray(frame.start, frame.end), begin.segment, frame.start);
    bytes = frame.end;
    frames = frame.number;
  }
  if (findFrame(content, bytes)) throw damaged(path, bytes, 'a frame is broken and others follow it');
  return { segment: begin.segment, bytes, frames };
}

/** A segment was flushed whole before the next one was begun. */
async function refuseTail(path: string, bytes: number): Promise<void> {
  const { size } = await stat(path);
  if (size > bytes) throw damaged(path, bytes, 'its end is broken and another segment follows it');
}

/** Flushes, too: what is counted from now on must not be in memory only, or a checkpoint could be signed over it and outlive it. */
async function cutTail(path: string, bytes: number): Promise<void> {
  await truncate(path, bytes);
  await syncPath(path);
}

const damaged = (path: string, at: number, what: string) =>
  ledgerFault(
    'ledger.files_damaged',
    `${path} at byte ${at}: ${what}. Entries that were acknowledged are not readable: restore the file, or move the folder away and begin a new log`,
  );
