import { type Command, GLOBAL_OPTIONS, type OptionTable } from './command.ts';
import { pairs, indented } from './layout.ts';

const EXIT_CODES = pairs([
  ['0', 'done, and the answer is yes'],
  ['1', 'done, and the answer is no'],
  ['2', 'the call or its input cannot be used'],
  ['3', 'a service it needs is not there'],
  ['4', 'done, but records were skipped'],
  ['130', 'interrupted'],
]);

function optionLines(options: OptionTable): string {
  return pairs(
    Object.entries(options).map(([name, { kind, short, value, summary, choices, default: fallback }]) => {
      const head = `${short ? `-${short}, ` : ''}--${name}${kind === 'flag' ? '' : ` ${value ?? (choices?.join('|') || 'VALUE')}`}`;
      const more = [
        kind === 'list' ? 'May be given several times.' : '',
        choices && value ? `One of ${choices.join(', ')}.` : '',
        fallback === undefined ? '' : `Default: ${fallback}.`,
      ];
      return [head, [summary, ...more].filter((text) => text !== '').join(' ')] as const;
    }),
  );
}

const section = (title: string, body: string): string => (body === '' ? '' : `${title}\n${indented(body)}\n`);

/** The help of one command. */
export function commandHelp(command: Command): string {
  return [
    `dmitry ${command.name}: ${command.summary}\n`,
    section('Usage', `dmitry ${command.name} ${command.usage} [OPTION…]`.replaceAll(/ +/g, ' ')),
    section('Options', optionLines(command.options)),
    section('Options of every command', optionLines(GLOBAL_OPTIONS)),
    command.details === undefined ? '' : `${command.details.trim()}\n`,
    section('Exit codes', EXIT_CODES),
  ]
    .filter((part) => part !== '')
    .join('\n')
    .trimEnd();
}

/** What there is, of everything or of one group. */
export function overview(commands: readonly Command[], group: string | null = null): string {
  const lines = pairs(commands.map(({ name, summary }) => [name, summary] as const));
  return [
    group === null
      ? 'dmitry: the trust layer for AI-driven security operations, on the command line\n'
      : `dmitry ${group}: a group of commands\n`,
    section('Usage', `dmitry ${group ?? 'COMMAND'}${group === null ? '' : ' COMMAND'} [OPTION…]`),
    section('Commands', lines),
    section('Options of every command', optionLines(GLOBAL_OPTIONS)),
    section('Exit codes', EXIT_CODES),
    'dmitry COMMAND --help says more about one of them.',
  ].join('\n');
}
