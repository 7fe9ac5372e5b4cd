import type { CommandContext } from './context.ts';

/** One option of a command, without its dashes. */
export interface OptionSpec {
  /** `flag` takes no value, `text` one, `list` one each time it is given, `count` a whole number of 0 or more. */
  readonly kind: 'flag' | 'text' | 'list' | 'count';
  readonly summary: string;
  /** What its value is called in the help. */
  readonly value?: string;
  readonly short?: string;
  /** Values it takes; others are refused. */
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly required?: boolean;
  /** Of a list: operands right behind its value that match are values too, as a shell's `*.yml` gives them. */
  readonly alsoTakes?: RegExp;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

export interface Command {
  /** One word, or two for a member of a group: `gate decide`. */
  readonly name: string;
  readonly summary: string;
  /** The operands, as the help shows them. */
  readonly usage: string;
  /** How many operands it takes. @default any number */
  readonly operands?: { readonly min: number; readonly max: number };
  readonly options: OptionTable;
  /** Further text of its help: shapes of files, examples. */
  readonly details?: string;
  /** Only parses, calls the library and prints. @returns the exit code */
  run(context: CommandContext): Promise<number>;
}

/** Options that every command takes. */
export const GLOBAL_OPTIONS = {
  help: { kind: 'flag', short: 'h', summary: 'Show this help.' },
  version: { kind: 'flag', summary: 'Show the version.' },
  json: { kind: 'flag', summary: 'Answer in JSON: one document, or NDJSON for record streams.' },
  quiet: { kind: 'flag', short: 'q', summary: 'No progress and no notes on standard error; complaints stay.' },
  lenient: { kind: 'flag', summary: 'Exit with 0 although records were skipped.' },
  home: {
    kind: 'text',
    value: 'DIR',
    summary: 'Folder of local state (DMITRY_HOME; by default .dmitry in the current folder).',
  },
} as const satisfies OptionTable;
