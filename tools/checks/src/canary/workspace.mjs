// The workspace of the canaries: its projects, and the clean twins that must pass.

const door = 'export const door = 1;';

const tagged = (type, scope, doors) => ({ tags: [`type:${type}`, `scope:${scope}`], doors });

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
