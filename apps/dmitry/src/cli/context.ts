import { resolve } from 'node:path';
import type { GivenOptions, ParsedArguments } from './arguments.ts';
import type { Command, OptionTable } from './command.ts';
import { EXIT, type ExitCode } from './faults.ts';
import type { Io } from './io.ts';
import { printable } from './layout.ts';
import { Progress } from './progress.ts';

/** What a command is given: its operands and options, where to print, and how much was passed over. */
export class CommandContext {
  readonly args: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly lenient: boolean;
  /** The folder of local state, absolute. */
  readonly home: string;
  readonly env: Io['env'];
  readonly signal: AbortSignal;
  readonly progress: Progress;
  private readonly given: GivenOptions;
  private readonly table: OptionTable;
  private skippedRecords = 0;
  private skippedRules = 0;

  constructor(
    readonly io: Io,
    command: Command,
    parsed: ParsedArguments,
  ) {
    this.given = parsed.options;
    this.table = command.options;
    this.args = parsed.operands;
    this.json = this.flag('json');
    this.quiet = this.flag('quiet');
    this.lenient = this.flag('lenient');
    this.env = io.env;
    this.signal = io.signal;
    this.home = this.path(this.text('home') ?? (io.env['DMITRY_HOME'] || '.dmitry'));
    this.progress = new Progress(io, this.quiet);
  }

  flag(name: string): boolean {
    return this.given.get(name) === true;
  }

  /** The value of an option, or its default. */
  text(name: string): string | undefined {
    return this.texts(name).at(-1);
  }

  texts(name: string): readonly string[] {
    const given = this.given.get(name);
    if (Array.isArray(given)) return given as readonly string[];
    const fallback = this.table[name]?.default;
    return fallback === undefined ? [] : [fallback];
  }

  count(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }

  /** A path as the caller meant it. */
  path(path: string): string {
    return resolve(this.io.cwd, path);
  }

  /** One answer: JSON on one line with `--json`, else laid out for a person. */
  answer(value: unknown, layout: () => string): Promise<void> {
    return this.print(this.json ? JSON.stringify(value) : layout());
  }

  /** A line of the answer as it is. */
  async print(text: string): Promise<void> {
    if (this.io.stderr.terminal) await this.progress.clear();
    await this.io.stdout.write(`${text}\n`);
  }

  /** For a person who watches; silent with `--quiet`. */
  async note(text: string): Promise<void> {
    if (!this.quiet) await this.warn(text);
  }

  async warn(text: string): Promise<void> {
    await this.progress.clear();
    await this.io.stderr.write(`${printable(text)}\n`);
  }

  /** A record that cannot be read: reported with its number, counted, passed over. */
  async skip(record: { readonly index: number; readonly path: string }, why: string): Promise<void> {
    this.skippedRecords += 1;
    await this.warn(`record ${record.index} (${record.path}): ${why}`);
  }

  /** Rules that cannot be taken: reported and counted likewise, since what they would have found is missing. */
  async skipRules(path: string, why: string): Promise<void> {
    this.skippedRules += 1;
    await this.warn(`rules ${path}: ${why}`);
  }

  /** The summary of a stream, and its exit code: an answer that is no counts before records that were skipped. */
  async finish(yes = true): Promise<ExitCode> {
    const { count } = this.progress;
    const rules = this.skippedRules > 0 ? `, ${this.skippedRules} rule files skipped` : '';
    await this.note(`${count} records read, ${this.skippedRecords} skipped${rules}`);
    if (!yes) return EXIT.no;
    return this.skippedRecords + this.skippedRules > 0 && !this.lenient ? EXIT.skipped : EXIT.yes;
  }
}
