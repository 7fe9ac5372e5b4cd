import { DmitryError } from '@dmitry/kit';
import type { EffectAnswerKnob } from '../effects/effect-book.ts';
import type { LlmScript } from '../llm/script.ts';
import { type Fault, faultOf } from './fault.ts';

/** What a test turns. Operations are names such as `actions.execute`; `pdri.*` and `*` stand for many. */
export interface Knobs {
  /** Every operation that has a name. */
  readonly operations: readonly string[];
  /** Puts faults on an operation, in place of those it had. @throws DmitryError simulator.fault_invalid */
  set(operation: string, ...faults: readonly Fault[]): void;
  /** Takes the faults of an operation away, or all of them. */
  clear(operation?: string): void;
  /** What is set now. */
  list(): Readonly<Record<string, readonly Fault[]>>;
  /** How effects are answered from now on. */
  effectAnswer(answer: EffectAnswerKnob): void;
  /** What the language model does from now on. */
  llm(script: LlmScript): void;
}

interface Armed {
  readonly fault: Fault;
  left: number;
}

/** Faults by operation; which calls they hit depends on the seed alone. */
export class FaultTable {
  private readonly armed = new Map<string, Armed[]>();

  constructor(
    readonly operations: readonly string[],
    private readonly fraction: () => number,
  ) {}

  /** A number in [0, 1) of the seeded sequence. */
  nextFraction(): number {
    return this.fraction();
  }

  set(operation: string, faults: readonly Fault[]): void {
    if (!this.operations.some((name) => covers(operation, name))) {
      throw new DmitryError(
        'simulator.fault_invalid',
        `no operation is named ${operation}; use one of ${this.operations.join(', ')}, a prefix with .*, or *`,
      );
    }
    const wrong = faults.map((fault) => faultOf(fault)).find((fault) => fault !== undefined);
    if (wrong !== undefined) throw new DmitryError('simulator.fault_invalid', wrong);
    this.armed.set(
      operation,
      faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY })),
    );
  }

  clear(operation?: string): void {
    if (operation === undefined) this.armed.clear();
    else this.armed.delete(operation);
  }

  list(): Readonly<Record<string, readonly Fault[]>> {
    return Object.fromEntries(
      [...this.armed].map(([operation, armed]) => [operation, armed.map(({ fault }) => fault)]),
    );
  }

  /** The faults that hit this call; each hit is counted. */
  take(operation: string, tenant: string | undefined): readonly Fault[] {
    return [...this.armed]
      .filter(([pattern]) => covers(pattern, operation))
      .flatMap(([, armed]) => armed)
      .filter((one) => this.hits(one, tenant))
      .map(({ fault }) => fault);
  }

  private hits(one: Armed, tenant: string | undefined): boolean {
    const { fault } = one;
    if (one.left <= 0 || (fault.tenant !== undefined && fault.tenant !== tenant)) return false;
    if (fault.probability !== undefined && this.fraction() >= fault.probability) return false;
    one.left -= 1;
    return true;
  }
}

const covers = (pattern: string, operation: string): boolean =>
  pattern === '*' || pattern === operation || (pattern.endsWith('.*') && operation.startsWith(pattern.slice(0, -1)));
