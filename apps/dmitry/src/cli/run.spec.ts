import { afterAll, describe, expect, it } from '@jest/globals';
import { DmitryError } from '@dmitry/kit';
import { ManualClock } from '@dmitry/kit/memory';
import fc from 'fast-check';
import { ndjson, openDesk, trail } from '../../test/support/desk.ts';
import type { Command } from './command.ts';
import { CallFault, OutputClosed, ServiceFault } from './faults.ts';
import { COMMANDS } from './registry.ts';

const desk = openDesk();
afterAll(() => desk.close());

/** What touches neither a server nor the data folder, so that any call of it is harmless. */
const SERVERLESS = COMMANDS.filter(({ name }) =>
  /^(normalise|detect|correlate|score|scan|gate decide|verify|ledger (fsck|checkpoint|prove)|token|asyncapi|schema|completion)$/.test(
    name,
  ),
);

const probe = (run: Command['run']): readonly Command[] => [
  {
    name: 'probe',
    summary: 'Probes.',
    usage: '[X]',
    operands: { min: 0, max: 1 },
    options: {
      number: { kind: 'count', summary: 'A number.', value: 'N' },
      word: { kind: 'text', summary: 'A word.', choices: ['red', 'green'] },
      many: { kind: 'list', summary: 'Words.', default: 'one', alsoTakes: /\.yml$/ },
      must: { kind: 'text', summary: 'Needed.', value: 'M', required: true },
      short: { kind: 'flag', short: 's', summary: 'Short.' },
    },
    run,
  },
];
const show = probe(async (context) => {
  const { args, json, home } = context;
  await context.print(
    JSON.stringify({
      args,
      json,
      home,
      number: context.count('number'),
      many: context.texts('many'),
      word: context.text('word'),
      short: context.flag('short'),
    }),
  );
  return 0;
});

/** What the system says no to, as Node throws it. */
const system = (code: string, path?: string): Error =>
  Object.assign(new Error(code), { errno: -1, code, syscall: 'write', ...(path === undefined ? {} : { path }) });

describe('a call', () => {
  it('without a command shows what there is and cannot be used', async () => {
    const { code, out, err } = await desk.call('');
    expect([code, out]).toEqual([2, '']);
    for (const { name, summary } of COMMANDS) expect(err).toMatch(new RegExp(`${name} +${summary.slice(0, 12)}`));
  });

  it('shows its help on standard output, of all and of each', async () => {
    expect(await desk.call('--help')).toMatchObject({ code: 0, err: '' });
    expect((await desk.call('help')).out).toBe((await desk.call('--help')).out);
    for (const command of COMMANDS) {
      const { code, out, err } = await desk.call(`${command.name} --help`);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain(`dmitry ${command.name}`);
      for (const option of Object.keys(command.options)) expect(out).toContain(`--${option}`);
      expect(out).toContain('130');
    }
    expect((await desk.call('help ledger')).out).toContain('ledger fsck');
  });

  it('shows the version of the package', async () => {
    expect((await desk.call('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await desk.call('detect --version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ['detct', 'unknown command "detct". Did you mean detect?'],
    ['ledger fsk .', 'unknown command "ledger fsk". Did you mean ledger fsck?'],
    ['ledger', '"ledger" is a group: say one of fsck, checkpoint, prove, export, monitor, prune, rotate-key behind it'],
    ['xyzzyplugh', 'unknown command "xyzzyplugh". dmitry --help'],
    ['detect --rulez x', 'unknown option --rulez. Did you mean --rules?'],
    ['detect --json=1', '--json takes no value'],
    ['detect --rules', '--rules needs a value: --rules P'],
    ['correlate --top --json', '--top needs a value: --top N'],
    ['correlate --top -1', '--top -1: a whole number of 0 or more is needed'],
    ['correlate --top many', '--top many: a whole number of 0 or more is needed'],
    ['detect --fail-on macth', '--fail-on macth: must be one of match. Did you mean match?'],
    ['detect --from a --from b', '--from is given twice'],
    ['verify', 'an operand is missing: dmitry verify BUNDLE…'],
    ['schema Finding x', 'unexpected operand "x"'],
    ['token --role analyst', '--tenant T is needed'],
  ])('%s cannot be used, and says why', async (args, why) => {
    const { code, out, err } = await desk.call(args, { stdin: '' });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(why);
  });

  it('reads options in any order, the command in front or behind those of every command', async () => {
    const read = async (args: string) => JSON.parse((await desk.call(args, { commands: show })).out) as object;
    expect(await read('--json probe x --must m --number 7 --many a --many b c.yml d.yml --word green -s')).toEqual({
      args: ['x'],
      json: true,
      home: `${desk.folder}/.dmitry`,
      number: 7,
      many: ['a', 'b', 'c.yml', 'd.yml'],
      word: 'green',
      short: true,
    });
    expect(await read('--home h probe --must=m -- --x')).toMatchObject({
      args: ['--x'],
      many: ['one'],
      home: `${desk.folder}/h`,
    });
  });

  it('finds local state by DMITRY_HOME, which --home overrides', async () => {
    const home = async (args: string, DMITRY_HOME: string) =>
      (JSON.parse((await desk.call(args, { commands: show, env: { DMITRY_HOME } })).out) as { home: string }).home;
    expect(await home('probe --must m', '/data')).toBe('/data');
    expect(await home('probe --must m', '')).toBe(`${desk.folder}/.dmitry`);
    expect(await home('probe --must m --home /other', '/data')).toBe('/other');
  });

  it.each([
    ['a fault of the call', () => new CallFault('bad flag'), 2, 'dmitry probe: bad flag\n'],
    ['a missing service', () => new ServiceFault('no database'), 3, 'dmitry probe: no database\n'],
    ['a coded fault of a service', () => new DmitryError('storage.unavailable', 'Down.'), 3, 'storage.unavailable'],
    ['a coded fault of the input', () => new DmitryError('ledger.key_invalid', 'No key.'), 2, 'No key. (ledger.key_'],
    [
      'a folder that takes no file',
      () => system('EROFS', '/x/y'),
      2,
      'dmitry probe: /x/y: the file system is read-only; name another place (EROFS)\n',
    ],
    [
      'a full disk',
      () => system('ENOSPC'),
      2,
      'dmitry probe: write: the disk is full; free space, or name another place (ENOSPC)\n',
    ],
    ['an unforeseen fault', () => new Error('odd'), 2, 'unexpected fault, please report it: Error: odd'],
    ['a reader that has gone', () => new OutputClosed(), 0, ''],
  ])('ends %s with its exit code', async (_, fault, code, message) => {
    const answer = await desk.call('probe --must m', {
      commands: probe(() => Promise.reject(fault())),
    });
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(message);
    if (message === '') expect(answer.err).toBe('');
  });

  it('lets no text of a stranger act on the terminal', async () => {
    const { err } = await desk.call(['detect', '--\u001b[2J\u202e']);
    expect(err).toContain('\\u{1b}[2J\\u{202e}');
    expect(err).not.toContain('\u001b');
  });

  it('interrupted while it reads ends with 130 and says nothing', async () => {
    const abort = new AbortController();
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let n = 0; ; n++) {
        if (n === 3) abort.abort();
        yield Buffer.from(ndjson([trail(n, 'CreateUser')]));
        await Promise.resolve();
      }
    }
    const { code, err } = await desk.call('normalise', { stdin: endless(), signal: abort.signal });
    expect([code, err]).toEqual([130, '']);
  });

  it('ends quietly when the reader of its answer has gone, and reads no further', async () => {
    let read = 0;
    async function* input(): AsyncGenerator<Uint8Array> {
      for (; read < 1_000; read++) {
        yield Buffer.from(ndjson([trail(read, 'CreateUser')]));
        await Promise.resolve();
      }
    }
    const write = () => Promise.reject(new OutputClosed());
    const { code, err } = await desk.call('normalise', { stdin: input(), write });
    expect([code, err]).toEqual([0, '']);
    expect(read).toBeLessThan(10);
  });

  it('never throws, whatever the arguments and the input', async () => {
    const word = fc.oneof(
      fc.constantFrom(...SERVERLESS.flatMap(({ name }) => name.split(' '))),
      fc.constantFrom('--json', '--from', '--rules', '--top', '--trust', '-', '--', '-h', '--policy=x'),
      fc.string({ maxLength: 8 }).filter((text) => !text.includes('/') && !text.startsWith('.')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 5 }), fc.uint8Array({ maxLength: 40 }), async (args, stdin) => {
        const { code, err } = await desk.call(args, { stdin, commands: SERVERLESS });
        expect([0, 1, 2, 3, 4]).toContain(code);
        expect(err).not.toContain('unexpected fault');
      }),
      { numRuns: 150 },
    );
  });
});

describe('progress', () => {
  const many = ndjson(Array.from({ length: 600 }, (_, n) => trail(n % 60, `Create${n}`)));
  const slow = () => {
    const clock = new ManualClock();
    let looks = 0;
    clock.monotonicMs = () => (looks += 1) * 6_000;
    return clock;
  };

  it('is a line every few seconds, and a summary', async () => {
    const { err } = await desk.call('normalise', { stdin: many, clock: slow() });
    expect(err).toBe('256 records so far\n512 records so far\n600 records read, 0 skipped\n');
  });

  it('is one changing line on a terminal, taken away in front of any other text', async () => {
    const { err } = await desk.call('correlate', { stdin: many, clock: slow(), terminal: true });
    expect(err).toBe('\r\u001b[K256 records\r\u001b[K512 records\r\u001b[K600 records read, 0 skipped\n');
  });

  it('is silent with --quiet, which hides no complaint', async () => {
    const { err } = await desk.call('normalise -q', { stdin: `${many}{broken\n`, clock: slow() });
    expect(err).toMatch(/^record 600 \(-\): not JSON[^\n]*\n$/);
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('for %s names every command and option', async (shell) => {
    const { code, out } = await desk.call(`completion ${shell}`);
    expect(code).toBe(0);
    for (const { name, options } of COMMANDS) {
      for (const word of name.split(' ')) expect(out).toContain(word);
      for (const option of Object.keys(options))
        expect(out).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`);
    }
    expect(out).not.toContain('undefined');
  });

  it('knows no other shell', async () => {
    expect(await desk.call('completion tcsh')).toMatchObject({ code: 2, out: '' });
  });
});
