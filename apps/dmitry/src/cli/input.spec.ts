import { afterAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { linesOf, ndjson, openDesk, trail } from '../../test/support/desk.ts';

const desk = openDesk();
afterAll(() => desk.close());
const records = [trail(0, 'CreateUser'), trail(1, 'DeleteUser'), trail(2, 'CreateRole'), trail(3, 'DeleteRole')];
const [a, b, c, d] = records as [object, object, object, object];
const names = (out: string) => linesOf(out).map((event) => event['api'].operation as string);

describe('input', () => {
  it.each([
    ['NDJSON', ndjson(records)],
    ['NDJSON without a last newline', ndjson(records).trimEnd()],
    ['one array', JSON.stringify(records, null, 1)],
    ["CloudTrail's own envelope", JSON.stringify({ Records: records })],
    ['gzip', gzipSync(ndjson(records))],
    ['gzip of several members', Buffer.concat([gzipSync(ndjson([a, b])), gzipSync(ndjson([c, d]))])],
  ])('%s from standard input and from a file is the same', async (_, content) => {
    const file = desk.file('same.ndjson', content);
    const piped = await desk.call('normalise -', { stdin: Buffer.from(content) });
    expect(names(piped.out)).toEqual(['CreateUser', 'DeleteUser', 'CreateRole', 'DeleteRole']);
    expect(await desk.call(`normalise ${file}`)).toEqual(piped);
    expect(await desk.call('normalise', { stdin: Buffer.from(content) })).toEqual(piped);
  });

  it('is read in the order of paths and numbered through, however the files are named or listed', async () => {
    desk.file('day/b/2.json', JSON.stringify([b, { no: 1 }]));
    desk.file('day/a.ndjson', ndjson([a]));
    desk.file('day/c.jsonl.gz', gzipSync(ndjson([c, { no: 2 }, d])));
    desk.file('day/.hidden.ndjson', ndjson([d]));
    desk.file('day/notes.txt', 'not records');
    const folder = await desk.call('normalise day');
    expect(names(folder.out)).toEqual(['CreateUser', 'DeleteUser', 'CreateRole', 'DeleteRole']);
    expect(folder.code).toBe(4);
    expect(folder.err).toContain('record 2 (day/b/2.json)');
    expect(folder.err).toContain('record 4 (day/c.jsonl.gz)');
    expect(folder.err).toContain('6 records read, 2 skipped');
    expect(await desk.call('normalise day/c.jsonl.gz day/b day/a.ndjson')).toEqual(folder);
  });

  it('passes over what cannot be read, and exits with 4 unless lenient', async () => {
    const stdin = `${ndjson([a])}{broken\n[1]\n${ndjson([b])}`;
    const strict = await desk.call('normalise', { stdin });
    expect(strict.code).toBe(4);
    expect(names(strict.out)).toEqual(['CreateUser', 'DeleteUser']);
    expect(strict.err).toMatch(
      /record 1 \(-\): not JSON.*\nrecord 2 \(-\): a record is one JSON object\n4 records read, 2 s/,
    );
    expect(await desk.call('normalise --lenient', { stdin })).toEqual({ ...strict, code: 0 });
  });

  it.each([
    ['normalise nowhere.json', 'nowhere.json: there is no such file or folder'],
    ['normalise empty', 'empty: the folder holds no file that ends like .(ndjson|jsonl|json)(.gz)?'],
    ['normalise cut.gz', 'cut.gz: not readable as gzip'],
    ['normalise --from wazuhh', '--from wazuhh: there is no such format; there are auto, ocsf'],
    ['verify empty', 'empty: it is a folder; give a file'],
    ['verify same --trust broken.json', 'broken.json: not JSON'],
    ['normalise --account no/where.json', '--account no/where.json: there is no such file or folder'],
  ])('%s cannot be used', async (args, why) => {
    desk.file('empty/readme.txt', '');
    desk.file('cut.gz', gzipSync(ndjson(records)).subarray(0, 60));
    desk.file('broken.json', '{');
    desk.file('same', 'x');
    const { code, err } = await desk.call(args);
    expect(code).toBe(2);
    expect(err).toContain(why);
  });

  it('on a terminal is asked for instead of waited for', async () => {
    const { code, err } = await desk.call('normalise', { terminal: true });
    expect(code).toBe(2);
    expect(err).toContain('nothing to read: give a file');
  });

  it('of no bytes is no record and no fault', async () => {
    expect(await desk.call('normalise', { stdin: '' })).toEqual({
      code: 0,
      out: '',
      err: '0 records read, 0 skipped\n',
    });
  });

  it('comes out while it is read', async () => {
    const seen: number[] = [];
    let out = 0;
    async function* input(): AsyncGenerator<Uint8Array> {
      for (const record of records) {
        seen.push(out);
        yield Buffer.from(ndjson([record]));
      }
    }
    await desk.call('normalise', { stdin: input(), write: () => ((out += 1), Promise.resolve()) });
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('of arbitrary bytes never crashes a reader of records', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 60 }).map((some) => Buffer.concat([Buffer.from([0x1f, 0x8b]), some])),
      fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text)),
      fc.array(fc.json({ maxDepth: 2 }), { maxLength: 4 }).map((texts) => Buffer.from(texts.join('\n'))),
    );
    const reader = fc.constantFrom('normalise', 'detect', 'correlate', 'score', 'gate decide');
    await fc.assert(
      fc.asyncProperty(bytes, reader, async (stdin, command) => {
        const { code, err } = await desk.call(command, { stdin });
        expect([0, 2, 4]).toContain(code);
        expect(err).not.toContain('unexpected fault');
      }),
      { numRuns: 120 },
    );
  });
});
