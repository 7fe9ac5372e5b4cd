// The lint configuration as a pure function of the table of arrows, so that the table stands once (arrows.json).
import { allowedImports } from '@dmitry/workspace-plugin/library-files';

const CLIENTS = [
  'ioredis',
  'kafkajs',
  'kafkajs/**',
  'bullmq',
  'pg',
  'pg/**',
  'undici',
  'opossum',
  'fastify',
  '@electric-sql/pglite',
  'jose',
  'prom-client',
  '@opentelemetry/**',
  '@nestjs/**',
];
const RUNNER = ['@jest/globals', 'jest', 'fast-check'];
const EFFECTS = [
  'node:fs',
  'node:fs/promises',
  'node:net',
  'node:tls',
  'node:dns',
  'node:http',
  'node:https',
  'node:http2',
  'node:child_process',
  'node:worker_threads',
  'node:timers',
  'node:timers/promises',
  'node:perf_hooks',
  'node:process',
  'node:os',
];

const SPECS = ['**/*.spec.ts', '**/*-spec.ts', '**/*.spec.mjs', 'libs/*/test/**', 'apps/*/test/**', 'apps/*-e2e/**'];

// by whole package name: a door of ours may be named after the client behind it, like @dmitry/kit/jose
const appClients = {
  regex: `^(${[...new Set(CLIENTS.map((name) => name.replace('/**', '')))]
    .filter((name) => !['fastify', '@nestjs'].includes(name))
    .join('|')})(/|$)`,
  message: 'Apps are wiring: clients belong into a library.',
};

/** @param {string[]} names @param {string} message */
const group = (names, message) => ({ group: names, message });
const inner = group(
  [...CLIENTS],
  'Core knows no client library and no framework: this belongs into an adapter or nest room.',
);
const runner = group(RUNNER, 'Only specs and testing rooms name the test runner.');
const effects = group(EFFECTS, 'Core is pure: reach files, sockets, timers and the process through a port.');
const nest = group(['@nestjs/**'], 'Adapters do not know Nest: wiring belongs into the nest room.');
const undici = group(['undici'], 'Calls that leave the process go through @dmitry/outbound.');
const testing = group(['@dmitry/*/testing'], 'Only specs and testing rooms import a testing door.');
const random = {
  name: 'node:crypto',
  importNames: ['randomUUID', 'randomBytes', 'randomInt', 'webcrypto'],
  message: 'Core takes randomness and ids from a port of @dmitry/kit.',
};

const room = (files, patterns, rules = {}, paths = []) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns, ...(paths.length ? { paths } : {}) }], ...rules },
});

const FETCH = { name: 'fetch', message: 'Calls that leave the process go through @dmitry/outbound.' };
const CORE_GLOBALS = [
  ...['process', 'setTimeout', 'setInterval', 'setImmediate', 'performance'].map((name) => ({
    name,
    message: 'Core takes time and surroundings from a port of @dmitry/kit.',
  })),
  FETCH,
];
const CORE_PROPERTIES = [
  { object: 'Date', property: 'now', message: 'Core takes the time from the Clock port of @dmitry/kit.' },
  { object: 'Math', property: 'random', message: 'Core takes randomness from a port of @dmitry/kit.' },
  { object: 'crypto', property: 'randomUUID', message: 'Core takes ids from the IdSource port of @dmitry/kit.' },
  { object: 'crypto', property: 'getRandomValues', message: 'Core takes randomness from a port of @dmitry/kit.' },
];

/** @param {any} arrows the table of tools/workspace-plugin/arrows.json */
export function depConstraints(arrows) {
  const only = (sourceTag, tags) => ({ sourceTag, onlyDependOnLibsWithTags: tags });
  const inside = ['type:contracts', 'type:kit', 'type:foundation', 'type:capability'];
  return [
    only('type:contracts', []),
    only('type:kit', ['type:contracts']),
    only('type:foundation', ['type:foundation', 'type:kit', 'type:contracts']),
    only('type:capability', inside),
    only('type:app', inside),
    only('type:host', [...inside, 'type:app', 'scope:platform-simulator']),
    only('type:e2e', ['type:contracts', 'type:kit', 'scope:harness']),
    only('type:tool', [...inside, 'type:tool']),
    ...Object.keys(arrows.libraries).map((name) =>
      only(
        `scope:${name}`,
        allowedImports(arrows, name).map((dep) => `scope:${dep}`),
      ),
    ),
  ];
}

const SIZES = {
  'max-lines': ['error', { max: 400 }],
  'max-lines-per-function': ['error', { max: 50 }],
  'max-params': ['error', { max: 4 }],
  complexity: ['error', { max: 10 }],
  'max-depth': ['error', { max: 3 }],
};

const BASE_RULES = {
  ...SIZES,
  'import/no-cycle': 'error',
  'typescript/no-floating-promises': 'error',
  'typescript/no-misused-promises': 'error',
  'typescript/only-throw-error': 'error',
  'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  'typescript/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true, boolean: true } }],
  'typescript/no-explicit-any': 'error',
  'unicorn/filename-case': ['error', { case: 'kebabCase' }],
  'unicorn/prefer-node-protocol': 'error',
  'jest/no-disabled-tests': 'error',
  'jest/no-focused-tests': 'error',
  // Rules that only make noise in this code base: Nest modules are empty classes, set-up imports are wanted,
  // and specs share an expectation between branches of a table.
  'typescript/no-extraneous-class': 'off',
  'import/no-unassigned-import': 'off',
  'import/no-named-as-default-member': 'off',
  'import/no-named-as-default': 'off',
  'jest/no-conditional-expect': 'off',
  'jest/no-export': 'off',
  'jest/no-standalone-expect': 'off',
  'jest/require-to-throw-message': 'off',
  'jest/valid-title': 'off',
  'no-await-in-loop': 'off',
  'no-underscore-dangle': 'off',
  'no-shadow': 'off',
  'unicorn/consistent-function-scoping': 'off',
  'unicorn/require-module-specifiers': 'off', // an empty room still is a module
  'unicorn/no-array-sort': 'off',
  'unicorn/no-array-reverse': 'off',
  'unicorn/prefer-add-event-listener': 'off',
  'promise/always-return': 'off',
  'promise/no-multiple-resolved': 'off',
  'typescript/no-unsafe-type-assertion': 'off',
  'typescript/no-unnecessary-type-arguments': 'off',
  'typescript/consistent-return': 'off',
};

const OVERRIDES = [
  // adapters first; the rooms below replace this block for their own files
  room(['libs/*/src/**/*.ts'], [nest, runner, undici], {
    'node/no-process-env': 'error',
    'no-console': 'error',
    'dmitry/rooms': 'error',
    'no-restricted-globals': ['error', FETCH],
  }),
  room(['libs/outbound/src/**/*.ts'], [nest, runner], { 'no-restricted-globals': 'off' }),
  room(
    ['libs/*/src/core/**/*.ts'],
    [inner, runner, effects],
    {
      'no-restricted-globals': ['error', ...CORE_GLOBALS],
      'no-restricted-properties': ['error', ...CORE_PROPERTIES],
      'dmitry/no-clock': 'error',
    },
    [random],
  ),
  { files: ['libs/kit/src/config/**/*.ts'], rules: { 'node/no-process-env': 'off' } }, // the one reader of the environment
  // a Nest constructor receives what it needs: six is the limit there (style.md 8)
  room(['libs/*/src/nest/**/*.ts'], [runner, undici], { 'max-params': ['error', { max: 6 }] }),
  {
    files: ['libs/*/src/testing/**/*.ts'],
    rules: { 'no-restricted-imports': 'off', 'max-lines-per-function': 'off' },
  },
  { files: ['libs/*/src/*/index.ts'], rules: { 'dmitry/explicit-barrel': 'error' } },
  room(['apps/*/src/**/*.ts'], [runner, testing, appClients], {
    'node/no-process-env': 'error',
    'max-params': ['error', { max: 6 }],
    'no-restricted-globals': ['error', FETCH],
  }),
  {
    files: ['tools/**', '*.js', '*.mjs', '*/*/jest.config.js'],
    rules: {
      'node/no-process-env': 'off',
      'no-console': 'off',
      // plain modules: whether an array holds strings is not always known
      'typescript/require-array-sort-compare': 'off',
    },
  },
  // no compiler reads these files
  { files: ['**/*.mjs'], env: { node: true, es2024: true }, rules: { 'no-undef': 'error' } },
  {
    files: SPECS,
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'max-params': 'off',
      'no-restricted-imports': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      'node/no-process-env': 'off',
      'no-console': 'off',
      'dmitry/no-clock': 'off',
      'typescript/unbound-method': 'off',
      'typescript/no-explicit-any': 'off',
    },
  },
];

/** @param {any} arrows */
export function lintConfig(arrows) {
  return {
    $schema: './node_modules/oxlint/configuration_schema.json',
    plugins: ['typescript', 'import', 'jest', 'promise', 'node', 'unicorn', 'oxc'],
    jsPlugins: ['@nx/oxlint/boundaries-plugin', './tools/checks/src/oxlint-plugin.mjs'],
    options: { typeAware: true, denyWarnings: true },
    categories: { correctness: 'error', suspicious: 'error' },
    ignorePatterns: [
      '**/dist/**',
      '**/out-tsc/**',
      '**/coverage/**',
      '.nx/**',
      '.services/**',
      '.dmitry/**',
      '.bench/**',
    ],
    rules: {
      ...BASE_RULES,
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: ['^.*/jest\\.preset\\.js$'],
          allowCircularSelfDependency: true, // specs use their own package's doors; dmitry/rooms forbids it elsewhere
          enforceBuildableLibDependency: false,
          depConstraints: depConstraints(arrows),
        },
      ],
    },
    overrides: OVERRIDES,
  };
}
