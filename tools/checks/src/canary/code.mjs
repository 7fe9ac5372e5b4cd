// Canaries of canaries.mjs: what may not be done: time, randomness, surroundings, sizes, tests.

const lines = (count, line) => Array.from({ length: count }, (_, index) => line(index)).join('\n');
const IMPORTS = 'eslint(no-restricted-imports)';
const GLOBALS = 'eslint(no-restricted-globals)';
const PROPERTIES = 'eslint(no-restricted-properties)';
const BRANCHES = lines(11, (n) => `  if (value === ${n}) return ${n + 1};`);

/** @type {{what: string, file: string, code: string, rule: string}[]} */
export const CODE = [
  // time, randomness, surroundings
  {
    what: 'Date.now() in core',
    file: 'libs/cache/src/core/now.ts',
    rule: PROPERTIES,
    code: 'export const now = (): number => Date.now();',
  },
  {
    what: 'new Date() in core',
    file: 'libs/cache/src/core/date.ts',
    rule: 'dmitry(no-clock)',
    code: 'export const now = (): Date => new Date();',
  },
  {
    what: 'a timer in core',
    file: 'libs/cache/src/core/timer.ts',
    rule: GLOBALS,
    code: 'export const later = (job: () => void): unknown => setTimeout(job, 1);',
  },
  {
    what: 'Math.random() in core',
    file: 'libs/cache/src/core/random.ts',
    rule: PROPERTIES,
    code: 'export const dice = (): number => Math.random();',
  },
  {
    what: 'randomUUID in core',
    file: 'libs/cache/src/core/uuid.ts',
    rule: IMPORTS,
    code: "export { randomUUID } from 'node:crypto';",
  },
  {
    what: 'process in core',
    file: 'libs/cache/src/core/process.ts',
    rule: GLOBALS,
    code: 'export const id = (): number => process.pid;',
  },
  {
    what: 'fetch outside outbound',
    file: 'libs/cache/src/redis/fetch.ts',
    rule: GLOBALS,
    code: "export const load = (): unknown => fetch('http://localhost');",
  },
  {
    what: 'process.env outside the config room',
    file: 'libs/cache/src/nest/environment.ts',
    rule: 'node(no-process-env)',
    code: "export const url = process.env['X'];",
  },
  {
    what: 'process.env in an app',
    file: 'apps/gateway/src/environment.ts',
    rule: 'node(no-process-env)',
    code: "export const url = process.env['X'];",
  },
  {
    what: 'console in a library',
    file: 'libs/cache/src/nest/console.ts',
    rule: 'eslint(no-console)',
    code: "console.log('x');",
  },
  // code
  {
    what: 'a cycle of files',
    file: 'libs/cache/src/core/cycle-a.ts',
    rule: 'import(no-cycle)',
    code: "import { b } from './cycle-b.ts';\n\nexport const a = (): number => b();",
  },
  {
    what: 'the other half of the cycle',
    file: 'libs/cache/src/core/cycle-b.ts',
    rule: 'import(no-cycle)',
    code: "import { a } from './cycle-a.ts';\n\nexport const b = (): number => a();",
  },
  {
    what: 'a promise that nobody awaits',
    file: 'libs/cache/src/core/floating.ts',
    rule: 'typescript(no-floating-promises)',
    code: 'export function start(job: () => Promise<void>): void {\n  job();\n}',
  },
  {
    what: 'a switch that forgets a case',
    file: 'libs/cache/src/core/forgets.ts',
    rule: 'typescript(switch-exhaustiveness-check)',
    code: "export function say(word: 'a' | 'b'): void {\n  switch (word) {\n    case 'a':\n      break;\n  }\n}",
  },
  {
    what: 'a default that eats zero',
    file: 'libs/cache/src/core/zero.ts',
    rule: 'typescript(prefer-nullish-coalescing)',
    code: 'export const limit = (given?: number): number => given || 10;',
  },
  {
    what: 'any',
    file: 'libs/cache/src/core/any.ts',
    rule: 'typescript(no-explicit-any)',
    code: 'export const same = (value: any): unknown => value;',
  },
  {
    what: 'a star export in a door',
    file: 'libs/llm/src/http/index.ts',
    rule: 'dmitry(explicit-barrel)',
    code: "export * from './client.ts';",
  },
  {
    what: 'a file name that is not kebab-case',
    file: 'libs/cache/src/core/camelCase.ts',
    rule: 'unicorn(filename-case)',
    code: 'export const one = 1;',
  },
  // sizes
  {
    what: 'a file over 400 lines',
    file: 'libs/cache/src/core/long-file.ts',
    rule: 'eslint(max-lines)',
    code: lines(401, (n) => `export const n${n} = ${n};`),
  },
  {
    what: 'a function over 50 lines',
    file: 'libs/cache/src/core/long-function.ts',
    rule: 'eslint(max-lines-per-function)',
    code: `export function long(sum: string[]): void {\n${lines(51, (n) => `  sum.push('${n}');`)}\n}`,
  },
  {
    what: 'five parameters',
    file: 'libs/cache/src/core/parameters.ts',
    rule: 'eslint(max-params)',
    code: 'export const five = (a: 1, b: 1, c: 1, d: 1, e: 1): number => a + b + c + d + e;',
  },
  {
    what: 'complexity over 10',
    file: 'libs/cache/src/core/complex.ts',
    rule: 'eslint(complexity)',
    code: `export function complex(value: number): number {\n${BRANCHES}\n  return 0;\n}`,
  },
  {
    what: 'nesting over 3',
    file: 'libs/cache/src/core/deep.ts',
    rule: 'eslint(max-depth)',
    code: 'export function deep(a: boolean): number {\n  if (a) {\n    if (a) {\n      if (a) {\n        if (a) return 1;\n      }\n    }\n  }\n  return 0;\n}',
  },
  // tests
  {
    what: 'a focused test',
    file: 'libs/cache/src/core/focused.spec.ts',
    rule: 'jest(no-focused-tests)',
    code: "import { expect, it } from '@jest/globals';\n\nit.only('x', () => expect(1).toBe(1));",
  },
  {
    what: 'a skipped test',
    file: 'libs/cache/src/core/skipped.spec.ts',
    rule: 'jest(no-disabled-tests)',
    code: "import { expect, it } from '@jest/globals';\n\nit.skip('x', () => expect(1).toBe(1));",
  },
];
