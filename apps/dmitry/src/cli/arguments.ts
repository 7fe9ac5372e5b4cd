import { parseArgs } from 'node:util';
import { type Command, GLOBAL_OPTIONS, type OptionSpec, type OptionTable } from './command.ts';
import { CallFault } from './faults.ts';
import { suggestion } from './suggest.ts';

/** What was given, by option name: `true` for a flag, the texts of the others. */
export type GivenOptions = ReadonlyMap<string, true | readonly string[]>;

export interface ParsedArguments {
  readonly options: GivenOptions;
  readonly operands: readonly string[];
}

type Token = ReturnType<typeof tokensOf>[number];

function tokensOf(args: readonly string[], table: OptionTable) {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { kind, short }]) => [
      name,
      { type: kind === 'flag' ? ('boolean' as const) : ('string' as const), ...(short ? { short } : {}) },
    ]),
  );
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

/** The command's words: operands in front of everything that only a command's own options could explain. */
export function commandWords(args: readonly string[]): readonly { readonly word: string; readonly at: number }[] {
  return tokensOf(args, GLOBAL_OPTIONS).flatMap((token) =>
    token.kind === 'positional' ? [{ word: token.value, at: token.index }] : [],
  );
}

/** Reads everything but the command's words. @throws CallFault naming the flag and what would be right */
export function parseArguments(args: readonly string[], command: Command): ParsedArguments {
  const table: OptionTable = { ...command.options, ...GLOBAL_OPTIONS };
  const options = new Map<string, true | string[]>();
  const operands: string[] = [];
  let taking: { readonly name: string; readonly pattern: RegExp } | null = null;
  for (const token of tokensOf(args, table)) {
    if (token.kind === 'option') {
      const spec = specOf(token, table);
      put(options, token, spec);
      taking = spec.alsoTakes ? { name: token.name, pattern: spec.alsoTakes } : null;
    } else if (token.kind === 'positional') {
      if (taking?.pattern.test(token.value)) (options.get(taking.name) as string[]).push(token.value);
      else operands.push(token.value);
    }
  }
  return { options, operands };
}

function specOf(token: Extract<Token, { kind: 'option' }>, table: OptionTable): OptionSpec {
  const spec = Object.hasOwn(table, token.name) ? table[token.name] : undefined;
  if (spec) return spec;
  throw new CallFault(
    `unknown option ${token.rawName}.${suggestion(token.name, Object.keys(table), '--')} See --help for what there is.`,
  );
}

function put(
  options: Map<string, true | string[]>,
  { name, rawName, value, inlineValue }: Extract<Token, { kind: 'option' }>,
  spec: OptionSpec,
): void {
  if (spec.kind === 'flag') {
    if (value !== undefined) throw new CallFault(`${rawName} takes no value`);
    options.set(name, true);
    return;
  }
  if (value === undefined || (!inlineValue && value.startsWith('--')))
    throw new CallFault(`${rawName} needs a value: ${rawName} ${spec.value ?? 'VALUE'}`);
  checkValue(rawName, value, spec);
  const before = options.get(name);
  if (before !== undefined && spec.kind !== 'list') throw new CallFault(`${rawName} is given twice; give it once`);
  options.set(name, [...(Array.isArray(before) ? before : []), value]);
}

function checkValue(flag: string, value: string, { kind, choices }: OptionSpec): void {
  if (kind === 'count' && !/^\d{1,9}$/.test(value))
    throw new CallFault(`${flag} ${value}: a whole number of 0 or more is needed`);
  if (choices && !choices.includes(value))
    throw new CallFault(`${flag} ${value}: must be one of ${choices.join(', ')}.${suggestion(value, choices)}`);
}

/** @throws CallFault for options that are missing and operands that are too few or too many */
export function checkArguments({ options, operands }: ParsedArguments, command: Command): void {
  const missing = Object.entries(command.options).find(([name, { required }]) => required && !options.has(name));
  if (missing) throw new CallFault(`--${missing[0]} ${missing[1].value ?? 'VALUE'} is needed`);
  const { min, max } = command.operands ?? { min: 0, max: Infinity };
  const usage = `dmitry ${command.name} ${command.usage}`.trim();
  if (operands.length < min) throw new CallFault(`an operand is missing: ${usage}`);
  if (operands.length > max) throw new CallFault(`unexpected operand "${operands[max]}": ${usage}`);
}
