import { type Command, GLOBAL_OPTIONS, type OptionTable } from './command.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A script that completes command words, options, and the values of options that have a list of them. */
export function shellCompletion(shell: Shell, commands: readonly Command[]): string {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
    case 'fish':
      return fish(commands);
  }
}

const optionsOf = (command: Command): OptionTable => ({ ...command.options, ...GLOBAL_OPTIONS });
const firstWords = (commands: readonly Command[]): string[] => [
  ...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name)),
];
const membersOf = (group: string, commands: readonly Command[]): string[] =>
  commands.flatMap(({ name }) => (name.startsWith(`${group} `) ? [name.slice(group.length + 1)] : []));
const flags = (options: OptionTable): string =>
  Object.keys(options)
    .map((name) => `--${name}`)
    .join(' ');

function bash(commands: readonly Command[]): string {
  const groups = firstWords(commands).filter((word) => membersOf(word, commands).length > 0);
  const values = commands.flatMap((command) =>
    Object.entries(optionsOf(command)).flatMap(([name, { choices }]) =>
      choices ? [`    '${command.name} --${name}') words='${choices.join(' ')}' ;;`] : [],
    ),
  );
  return `_dmitry() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      -*) ;;
      *) case "$command" in
          '') command="$word" ;;
${groups.map((group) => `          ${group}) command="${group} $word" ;;`).join('\n')}
        esac ;;
    esac
  done
  case "$command $previous" in
${values.join('\n')}
  esac
  if [ -z "$words" ]; then
    case "$command" in
      '') words='${[...firstWords(commands), ...flags(GLOBAL_OPTIONS).split(' ')].join(' ')}' ;;
${groups.map((group) => `      '${group}') words='${membersOf(group, commands).join(' ')}' ;;`).join('\n')}
${commands.map((command) => `      '${command.name}') words='${flags(optionsOf(command))}' ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _dmitry dmitry`;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fish(commands: readonly Command[]): string {
  const words = firstWords(commands).map((word) => {
    const summary = commands.find(({ name }) => name === word)?.summary ?? `${word} …`;
    return `complete -c dmitry -n __fish_use_subcommand -a ${word} -d ${quoted(summary)}`;
  });
  const rest = commands.flatMap((command) => {
    const [word = '', member] = command.name.split(' ');
    const seen = `__fish_seen_subcommand_from ${word}`;
    const where = member === undefined ? seen : `${seen}; and __fish_seen_subcommand_from ${member}`;
    const own = Object.entries(optionsOf(command)).map(([name, { kind, short, choices, summary }]) => {
      const value = kind === 'flag' ? '' : choices ? ` -x -a ${quoted(choices.join(' '))}` : ' -r';
      return `complete -c dmitry -n ${quoted(where)} -l ${name}${short ? ` -s ${short}` : ''}${value} -d ${quoted(summary)}`;
    });
    const head = `complete -c dmitry -n ${quoted(seen)} -a ${member ?? ''} -d ${quoted(command.summary)}`;
    return member === undefined ? own : [head, ...own];
  });
  return [...words, ...rest].join('\n');
}
