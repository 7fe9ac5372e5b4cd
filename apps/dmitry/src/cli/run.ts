import { checkArguments, commandWords, parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { CommandContext } from './context.ts';
import { CallFault, complaintOf, EXIT, exitCodeOf, Interrupted } from './faults.ts';
import { commandHelp, overview } from './help.ts';
import type { Io } from './io.ts';
import { printable } from './layout.ts';
import { suggestion } from './suggest.ts';
import { version } from './version.ts';

type Found =
  | { readonly kind: 'command'; readonly command: Command; readonly rest: readonly string[] }
  | { readonly kind: 'group'; readonly name: string; readonly commands: readonly Command[] }
  | { readonly kind: 'nothing' };

/** Runs one call. Never throws: whatever happens is an exit code and, where somebody must know, a line on standard error. */
export async function run(args: readonly string[], io: Io, commands: readonly Command[]): Promise<number> {
  const argv = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
  let name = '';
  try {
    const found = find(argv, commands);
    if (found.kind === 'command') name = found.command.name;
    return await answer(argv, found, io, commands);
  } catch (error) {
    const settled = io.signal.aborted ? new Interrupted() : error;
    const complaint = complaintOf(settled);
    if (complaint !== null) {
      const lines = complaint.split('\n').map(printable).join('\n');
      await io.stderr.write(`dmitry${name === '' ? '' : ` ${name}`}: ${lines}\n`).catch(() => undefined);
    }
    return exitCodeOf(settled);
  }
}

async function answer(argv: readonly string[], found: Found, io: Io, commands: readonly Command[]): Promise<number> {
  const helpWanted = argv.some((arg) => arg === '--help' || arg === '-h');
  if (found.kind === 'command') return helpWanted ? shown(io, commandHelp(found.command)) : call(found, io);
  if (found.kind === 'group') {
    if (helpWanted) return shown(io, overview(found.commands, found.name));
    const names = found.commands.map(({ name }) => name.slice(found.name.length + 1));
    throw new CallFault(`"${found.name}" is a group: say one of ${names.join(', ')} behind it`);
  }
  if (argv.includes('--version')) return shown(io, version());
  if (helpWanted) return shown(io, overview(commands));
  await io.stderr.write(`${overview(commands)}\n`);
  return EXIT.unusable;
}

async function shown(io: Io, text: string): Promise<number> {
  await io.stdout.write(`${text}\n`);
  return EXIT.yes;
}

async function call({ command, rest }: Extract<Found, { kind: 'command' }>, io: Io): Promise<number> {
  const parsed = parseArguments(rest, command);
  if (parsed.options.has('version')) return shown(io, version());
  checkArguments(parsed, command);
  const context = new CommandContext(io, command, parsed);
  try {
    return await command.run(context);
  } finally {
    await context.progress.clear().catch(() => undefined);
  }
}

/** The command that the words name: two words before one. */
function find(argv: readonly string[], commands: readonly Command[]): Found {
  const [first, second] = commandWords(argv);
  if (first === undefined) return { kind: 'nothing' };
  const pair = commands.find(({ name }) => name === `${first.word} ${second?.word}`);
  const one = pair ?? commands.find(({ name }) => name === first.word);
  if (one) {
    const taken = new Set(pair ? [first.at, second?.at] : [first.at]);
    return { kind: 'command', command: one, rest: argv.filter((_, at) => !taken.has(at)) };
  }
  const group = commands.filter(({ name }) => name.startsWith(`${first.word} `));
  if (group.length > 0 && second === undefined) return { kind: 'group', name: first.word, commands: group };
  const typed = group.length > 0 ? `${first.word} ${second?.word}` : first.word;
  const names = commands.flatMap(({ name }) => [name, name.split(' ')[0] ?? name]);
  throw new CallFault(`unknown command "${typed}".${suggestion(typed, names)} dmitry --help lists what there is.`);
}
