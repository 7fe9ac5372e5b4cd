import { type CharTest, isWord, MAX_REPEAT, RegexFault, type RegexNode, RegexParser } from './regex-parser.ts';

type Instruction =
  | { readonly op: 'char'; readonly test: CharTest }
  | { readonly op: 'assert'; readonly what: 'start' | 'end' | 'word' | 'notWord' }
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { readonly op: 'match' };

/** Largest program: a pattern that would need more is refused. */
const MAX_PROGRAM = 8_000;

/**
 * A regular expression without going back: all possibilities are followed at once (Thompson's construction), so the time is bounded
 * by pattern times text, whatever both are. Flags: `i` ignore case, `m` lines, `s` dot takes line ends.
 * @throws RegexFault for what is not a regular expression, or not one of this kind (back-references, look-around)
 */
export function linearRegex(source: string, flags: string): (text: string) => boolean {
  const inline = /^\(\?([imsux]+)\)/.exec(source);
  const all = flags + (inline?.[1] ?? '');
  const pattern = inline ? source.slice(inline[0].length) : source;
  const tree = new RegexParser(pattern, { ignoreCase: all.includes('i'), dotAll: all.includes('s') }).parse();
  const program: Instruction[] = [];
  emit(tree, program);
  program.push({ op: 'match' });
  const lines = all.includes('m');
  return (text) => run(program, text, lines);
}

function push(program: Instruction[], instruction: Instruction): number {
  if (program.length >= MAX_PROGRAM)
    throw new RegexFault('the pattern is too large when its repetitions are written out');
  return program.push(instruction) - 1;
}

function emit(node: RegexNode, program: Instruction[]): void {
  switch (node.kind) {
    case 'char':
      push(program, { op: 'char', test: node.test });
      return;
    case 'assert':
      push(program, { op: 'assert', what: node.what });
      return;
    case 'all':
      for (const part of node.parts) emit(part, program);
      return;
    case 'any':
      emitAny(node.parts, program);
      return;
    case 'repeat':
      emitRepeat(node, program);
  }
}

function emitAny(parts: readonly RegexNode[], program: Instruction[]): void {
  const jumps: { op: 'jump'; to: number }[] = [];
  parts.forEach((part, at) => {
    if (at === parts.length - 1) {
      emit(part, program);
      return;
    }
    const split = { op: 'split' as const, first: program.length + 1, second: 0 };
    push(program, split);
    emit(part, program);
    const jump = { op: 'jump' as const, to: 0 };
    push(program, jump);
    jumps.push(jump);
    split.second = program.length;
  });
  for (const jump of jumps) jump.to = program.length;
}

function emitRepeat({ part, min, max }: Extract<RegexNode, { kind: 'repeat' }>, program: Instruction[]): void {
  for (let n = 0; n < min; n++) emit(part, program);
  if (max === Infinity) {
    const split = { op: 'split' as const, first: program.length + 1, second: 0 };
    const start = push(program, split);
    emit(part, program);
    push(program, { op: 'jump', to: start });
    split.second = program.length;
    return;
  }
  const splits: { second: number }[] = [];
  for (let n = min; n < Math.min(max, MAX_REPEAT); n++) {
    const split = { op: 'split' as const, first: program.length + 1, second: 0 };
    push(program, split);
    splits.push(split);
    emit(part, program);
  }
  for (const split of splits) split.second = program.length;
}

/** Follows every possibility over the text, a new one starting at each position; true at the first that matches. */
function run(program: readonly Instruction[], text: string, lines: boolean): boolean {
  const seen = new Int32Array(program.length).fill(-1);
  let current: number[] = [];
  for (let at = 0; at <= text.length; at++) {
    const next: number[] = [];
    const holds = (what: string) => assertion(what, text, at, lines);
    const reached: number[] = [];
    for (const start of [...current, 0]) if (follow({ program, seen, holds, mark: at, reached }, start)) return true;
    if (at === text.length) return false;
    const code = text.charCodeAt(at);
    for (const pc of reached) {
      const instruction = program[pc];
      if (instruction?.op === 'char' && instruction.test(code)) next.push(pc + 1);
    }
    current = next;
  }
  return false;
}

interface Step {
  readonly program: readonly Instruction[];
  readonly seen: Int32Array;
  readonly holds: (what: string) => boolean;
  readonly mark: number;
  readonly reached: number[];
}

/** Goes on from an instruction without reading, up to those that read; true when one matches. */
function follow(step: Step, start: number): boolean {
  const stack = [start];
  while (stack.length > 0) {
    const pc = stack.pop() ?? 0;
    if (step.seen[pc] === step.mark) continue;
    step.seen[pc] = step.mark;
    if (advance(step, pc, stack)) return true;
  }
  return false;
}

/** Does one instruction: what comes after it goes on the stack, what reads is noted; true for the match. */
function advance(step: Step, pc: number, stack: number[]): boolean {
  const instruction = step.program[pc];
  switch (instruction?.op) {
    case 'char':
      step.reached.push(pc);
      return false;
    case 'jump':
      stack.push(instruction.to);
      return false;
    case 'split':
      stack.push(instruction.second, instruction.first);
      return false;
    case 'assert':
      if (step.holds(instruction.what)) stack.push(pc + 1);
      return false;
    default:
      return instruction?.op === 'match';
  }
}

const LINE_FEED = 10;

/** The end of the text is one, and so is a line feed where lines count or it is the last character. */
const endsAt = (after: number, lineFeedEnds: boolean): boolean => after === -1 || (after === LINE_FEED && lineFeedEnds);

function assertion(what: string, text: string, at: number, lines: boolean): boolean {
  const before = at > 0 ? text.charCodeAt(at - 1) : -1;
  const after = at < text.length ? text.charCodeAt(at) : -1;
  if (what === 'start') return before === -1 || (lines && before === LINE_FEED);
  if (what === 'end') return endsAt(after, lines || at === text.length - 1);
  const boundary = isWord(before) !== isWord(after);
  return what === 'word' ? boundary : !boundary;
}
