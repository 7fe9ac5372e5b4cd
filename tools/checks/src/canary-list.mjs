// One forbidden thing of each kind. Each must be reported by the rule named beside it, as an error; the clean twins
// in the same workspace must pass.

const lines = (count, line) => Array.from({ length: count }, (_, index) => line(index)).join('\n');
const NX = '@nx(enforce-module-boundaries)';
const ROOMS = 'dmitry(rooms)';
const IMPORTS = 'eslint(no-restricted-imports)';
const GLOBALS = 'eslint(no-restricted-globals)';
const PROPERTIES = 'eslint(no-restricted-properties)';
const BRANCHES = lines(11, (n) => `  if (value === ${n}) return ${n + 1};`);

/** @type {{what: string, file: string, code: string, rule: string}[]} */
export const CANARIES = [
  // arrows between projects
  {
    what: 'a capability that the table does not allow',
    file: 'libs/cache/src/core/edge.ts',
    rule: NX,
    code: "export { door } from '@dmitry/llm';",
  },
  {
    what: 'a capability in the foundation',
    file: 'libs/kit/src/core/edge.ts',
    rule: NX,
    code: "export { door } from '@dmitry/cache';",
  },
  {
    what: 'anything in contracts',
    file: 'libs/contracts/src/core/edge.ts',
    rule: NX,
    code: "export { door } from '@dmitry/kit';",
  },
  {
    what: 'an app in an app',
    file: 'apps/gateway/src/edge.ts',
    rule: NX,
    code: "export { door } from '@dmitry/orchestrator/module';",
  },
  {
    what: 'a tool in an app',
    file: 'apps/gateway/src/tool.ts',
    rule: NX,
    code: "export { door } from '@dmitry/platform-simulator';",
  },
  {
    what: 'an app in a library',
    file: 'libs/cache/src/nest/app.ts',
    rule: NX,
    code: "export { door } from '@dmitry/gateway/module';",
  },
  {
    what: 'another project by relative path',
    file: 'libs/cache/src/core/relative.ts',
    rule: NX,
    code: "export { door } from '../../../kit/src/core/index.ts';",
  },
  {
    what: 'a project without tags',
    file: 'libs/untagged/src/core/index.ts',
    rule: NX,
    code: "export { door } from '@dmitry/kit';",
  },
  // arrows between rooms
  {
    what: 'an adapter in core',
    file: 'libs/cache/src/core/room.ts',
    rule: ROOMS,
    code: "export { door } from '../redis/index.ts';",
  },
  {
    what: 'nest in an adapter',
    file: 'libs/cache/src/redis/room.ts',
    rule: ROOMS,
    code: "export { door } from '../nest/index.ts';",
  },
  {
    what: 'a room entered past its door',
    file: 'libs/cache/src/redis/past-door.ts',
    rule: ROOMS,
    code: "export { hidden } from '../core/hidden.ts';",
  },
  {
    what: 'the own testing room in product code',
    file: 'libs/cache/src/nest/own-testing.ts',
    rule: ROOMS,
    code: "export { door } from '../testing/index.ts';",
  },
  {
    what: "another library's testing door in product code",
    file: 'libs/llm/src/nest/testing.ts',
    rule: ROOMS,
    code: "export { door } from '@dmitry/cache/testing';",
  },
  {
    what: "another library's adapter door in core",
    file: 'libs/llm/src/core/adapter.ts',
    rule: ROOMS,
    code: "export { door } from '@dmitry/cache/redis';",
  },
  {
    what: 'the own package by name',
    file: 'libs/cache/src/nest/own-name.ts',
    rule: ROOMS,
    code: "export { door } from '@dmitry/cache';",
  },
  // clients, frameworks, the test runner
  {
    what: 'a client library in core',
    file: 'libs/cache/src/core/client.ts',
    rule: IMPORTS,
    code: "export { Redis } from 'ioredis';",
  },
  {
    what: 'Nest in core',
    file: 'libs/cache/src/core/nest.ts',
    rule: IMPORTS,
    code: "export { Module } from '@nestjs/common';",
  },
  {
    what: 'files in core',
    file: 'libs/cache/src/core/files.ts',
    rule: IMPORTS,
    code: "export { readFileSync } from 'node:fs';",
  },
  {
    what: 'Nest in an adapter',
    file: 'libs/cache/src/redis/nest.ts',
    rule: IMPORTS,
    code: "export { Module } from '@nestjs/common';",
  },
  {
    what: 'the test runner in product code',
    file: 'libs/cache/src/nest/runner.ts',
    rule: IMPORTS,
    code: "export { expect } from '@jest/globals';",
  },
  {
    what: 'undici outside outbound',
    file: 'libs/cache/src/redis/undici.ts',
    rule: IMPORTS,
    code: "export { Pool } from 'undici';",
  },
  {
    what: 'a client library in an app',
    file: 'apps/gateway/src/client.ts',
    rule: IMPORTS,
    code: "export { Redis } from 'ioredis';",
  },
  {
    what: 'a testing door in an app',
    file: 'apps/gateway/src/testing.ts',
    rule: IMPORTS,
    code: "export { door } from '@dmitry/cache/testing';",
  },
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

const door = 'export const door = 1;';

/** What is allowed, beside each canary: a rule that reports everything proves nothing. */
export const CLEAN = {
  'libs/contracts/src/core/index.ts': door,
  'libs/kit/src/core/index.ts': "export { door } from '@dmitry/contracts';",
  'libs/kit/src/config/index.ts': "export const url = process.env['X'];",
  'libs/outbound/src/http/index.ts': "export { Pool } from 'undici';",
  'libs/cache/src/core/index.ts':
    "export { door } from '@dmitry/kit';\nexport const at = (ms: number): Date => new Date(ms);",
  'libs/cache/src/core/hidden.ts': 'export const hidden = 1;',
  'libs/cache/src/redis/index.ts':
    "export { Redis } from 'ioredis';\nexport { door } from '../core/index.ts';\nexport const now = (): number => Date.now();",
  'libs/cache/src/nest/index.ts':
    "export { Module } from '@nestjs/common';\nexport { Redis } from '../redis/index.ts';",
  'libs/cache/src/testing/index.ts':
    "export { expect } from '@jest/globals';\nexport { door } from '../core/index.ts';",
  'libs/cache/test/redis.int-spec.ts':
    "import { expect, it } from '@jest/globals';\nimport { door } from '@dmitry/cache/testing';\n\nit('x', () => {\n  expect(door).toBe(1);\n});",
  'libs/llm/src/core/index.ts': "export { door } from '@dmitry/cache';",
  'libs/llm/src/http/client.ts': 'export const client = 1;',
  'libs/llm/src/nest/index.ts': "export { Module } from '@dmitry/cache/nest';",
  'apps/gateway/src/module.ts': "export { door } from '@dmitry/llm';",
  'apps/orchestrator/src/module.ts': door,
  'apps/dmitry/src/main.ts':
    "export { door } from '@dmitry/gateway/module';\nexport { door as simulator } from '@dmitry/platform-simulator';",
  'tools/platform-simulator/src/index.ts': door,
};

const tagged = (type, scope, doors) => ({ tags: [`type:${type}`, `scope:${scope}`], doors });

/** The projects of the canaries' workspace; those that exist in the real one have the real one's tags. */
export const PROJECTS = {
  'libs/contracts': tagged('contracts', 'contracts', { '.': 'core/index' }),
  'libs/kit': tagged('kit', 'kit', { '.': 'core/index' }),
  'libs/outbound': tagged('foundation', 'outbound', { './http': 'http/index' }),
  'libs/cache': tagged('capability', 'cache', {
    '.': 'core/index',
    './redis': 'redis/index',
    './nest': 'nest/index',
    './testing': 'testing/index',
  }),
  'libs/llm': tagged('capability', 'llm', { '.': 'core/index' }),
  'libs/untagged': { tags: [], doors: {} },
  'apps/gateway': tagged('app', 'gateway', { './module': 'module' }),
  'apps/orchestrator': tagged('app', 'orchestrator', { './module': 'module' }),
  'apps/dmitry': tagged('host', 'dmitry', {}),
  'tools/platform-simulator': tagged('tool', 'platform-simulator', { '.': 'index' }),
};
