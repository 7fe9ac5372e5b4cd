// Canaries of canaries.mjs: what may not be imported where.

const NX = '@nx(enforce-module-boundaries)';
const ROOMS = 'dmitry(rooms)';
const IMPORTS = 'eslint(no-restricted-imports)';

/** @type {{what: string, file: string, code: string, rule: string}[]} */
export const ARROWS = [
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
];
