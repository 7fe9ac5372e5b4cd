import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from './journal.ts';

const root = mkdtempSync(join(tmpdir(), 'trust-ledger-frames-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
const newFolder = (): string => join(root, `${++folders}`);
const segment = (folder: string, n: number): string => join(folder, `000000000${n}.journal`);

async function openJournal(folder: string, segmentBytes = 1_000_000) {
  const bodies: string[] = [];
  const journal = await Journal.open({ folder, segmentBytes }, (body) => void bodies.push(body.toString()));
  return { journal, bodies };
}

/** A journal of one frame for each text, closed. */
async function written(texts: readonly string[], segmentBytes?: number): Promise<string> {
  const folder = newFolder();
  const { journal } = await openJournal(folder, segmentBytes);
  for (const text of texts) await journal.append([Buffer.from(text)]);
  await journal.close();
  return folder;
}

const bodiesOf = async (folder: string): Promise<string[]> => {
  const { journal, bodies } = await openJournal(folder);
  await journal.close();
  return bodies;
};

describe('journal', () => {
  it('flushes once for all who wait, and tells each where its bytes are', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const first = journal.append([Buffer.from('a')]);
    const others = ['bb', 'ccc', 'd'].map((text) => journal.append([Buffer.from(text), Buffer.from('!')]));
    const places = await Promise.all([first, ...others]);
    const texts = await Promise.all(places.map((place, n) => journal.read(place, [1, 3, 4, 2][n] as number)));
    expect(texts.map(String)).toEqual(['a', 'bb!', 'ccc!', 'd!']);
    await journal.close();
    expect(await bodiesOf(folder)).toEqual(['a', 'bb!ccc!d!']);
  });

  it('begins another flush when one would grow too large', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder, 100_000_000);
    const large = Buffer.alloc(3 * 1024 * 1024, 'x');
    await Promise.all([large, large, large].map((one) => journal.append([one])));
    await journal.close();
    expect((await bodiesOf(folder)).map(({ length }) => length)).toEqual([large.length, large.length, large.length]);
  });

  it('cut anywhere in its last frame has exactly the frames before, and goes on after them', async () => {
    const folder = await written(['first', 'second', 'third']);
    const whole = readFileSync(segment(folder, 1));
    const [header, tail] = [24, 5];
    for (let end = whole.length - 1; end >= whole.length - header - tail; end--) {
      writeFileSync(segment(folder, 1), whole.subarray(0, end));
      expect(await bodiesOf(folder)).toEqual(['first', 'second']);
    }
    const { journal } = await openJournal(folder);
    await journal.append([Buffer.from('fourth')]);
    await journal.close();
    expect(await bodiesOf(folder)).toEqual(['first', 'second', 'fourth']);
  });

  it('takes a last frame of which some pages never came for torn', async () => {
    const folder = await written(['first', 'second']);
    const bytes = readFileSync(segment(folder, 1));
    bytes.fill(0, bytes.length - 3);
    writeFileSync(segment(folder, 1), bytes);
    expect(await bodiesOf(folder)).toEqual(['first']);
  });

  it('does not lose what was acknowledged in silence: a frame that another follows is damage', async () => {
    const folder = await written(['first', 'second', 'third']);
    const whole = readFileSync(segment(folder, 1));
    const second = whole.indexOf('second') - 24;
    for (const at of [0, 8, 16, 20, 24, second, second + 12, second + 25]) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ 1;
      writeFileSync(segment(folder, 1), bytes);
      await expect(openJournal(folder)).rejects.toMatchObject({ code: 'ledger.files_damaged' });
    }
    writeFileSync(
      segment(folder, 1),
      Buffer.concat([whole.subarray(0, second), whole.subarray(whole.indexOf('third') - 24)]),
    );
    await expect(openJournal(folder)).rejects.toThrow('frame 2 is missing');
  });

  it('goes over into new segments, and misses neither a segment nor the end of one', async () => {
    const texts = Array.from({ length: 7 }, (_, n) => `${n}`.repeat(40));
    const folder = await written(texts, 100);
    expect(await bodiesOf(folder)).toEqual(texts);
    const { journal } = await openJournal(folder, 100);
    const place = await journal.append([Buffer.from('more')]);
    expect(place.segment).toBeGreaterThan(2);
    expect(String(await journal.read(place, 4))).toBe('more');
    await expect(journal.read(place, 5)).rejects.toMatchObject({ code: 'ledger.files_damaged' });
    await journal.close();
    const first = readFileSync(segment(folder, 1));
    truncateSync(segment(folder, 1), first.length - 1);
    await expect(openJournal(folder)).rejects.toMatchObject({ code: 'ledger.files_damaged' });
    rmSync(segment(folder, 1));
    await expect(openJournal(folder)).rejects.toThrow('the segment is missing');
  });

  it('takes nothing more after a flush that failed: nobody knows what is on the disk', async () => {
    const { journal } = await openJournal(newFolder());
    const { file } = journal as unknown as { file: FileHandle };
    file.datasync = () => Promise.reject(new Error('no space'));
    const both = await Promise.allSettled([journal.append([Buffer.from('a')]), journal.append([Buffer.from('b')])]);
    for (const one of both) expect(one).toMatchObject({ reason: { code: 'ledger.journal_failed' } });
    await expect(journal.append([Buffer.from('c')])).rejects.toMatchObject({ code: 'ledger.journal_failed' });
    expect(() => journal.check()).toThrow('mend the disk');
    await journal.close();
  });
});
