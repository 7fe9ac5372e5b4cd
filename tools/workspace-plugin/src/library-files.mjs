// What a new library consists of, as a pure function from its description to files. The Nx generator and the
// command line both call it, and a spec runs it on a virtual tree.

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/**
 * @typedef {{type: string, may: string[]}} Arrow
 * @typedef {{foundation: string[], libraries: Record<string, Arrow>}} Arrows the table of DESIGN.md 3, in arrows.json
 */

/**
 * Every library that `name` may import; down to the foundation that includes what its imports may.
 * @param {Arrows} arrows @param {string} name @returns {string[]} sorted
 */
export function allowedImports(arrows, name) {
  const own = arrows.libraries[name];
  if (!own) throw new Error(`no arrows for library '${name}': add it to tools/workspace-plugin/arrows.json first`);
  /** @type {Set<string>} */
  const seen = new Set();
  /** @param {string} dep */
  const visit = (dep) => {
    if (dep === 'foundation') return arrows.foundation.forEach(visit);
    if (seen.has(dep)) return;
    seen.add(dep);
    const target = arrows.libraries[dep];
    // capabilities are named one by one: only the foundation is transitive
    if (target && (target.type === 'foundation' || target.type === 'kit')) target.may.forEach(visit);
  };
  own.may.forEach(visit);
  if (own.type !== 'contracts') visit('contracts');
  return [...seen].sort();
}

/** @param {string[]} rooms */
function exportsOf(rooms) {
  const door = (room) => ({
    '@dmitry/source': `./src/${room}/index.ts`,
    types: `./dist/${room}/index.d.ts`,
    default: `./dist/${room}/index.js`,
  });
  return { '.': door('core'), ...Object.fromEntries(rooms.map((room) => [`./${room}`, door(room)])) };
}

/** Only the testing room names the test runner, so whoever does not use that room needs none. @param {string} version */
const testRunner = (version) => ({
  peerDependencies: { '@jest/globals': version },
  peerDependenciesMeta: { '@jest/globals': { optional: true } },
});

function manifest({ arrows, name, description, rooms, jest }) {
  return json({
    name: `@dmitry/${name}`,
    version: '0.1.0',
    description,
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    exports: exportsOf(rooms),
    files: ['dist', '!dist/**/*.tsbuildinfo', '!dist/testing'],
    // a new library starts without edges: what it comes to import is added, within the table of arrows
    dependencies: {},
    ...(rooms.includes('testing') ? testRunner(jest) : {}),
    nx: { tags: [`type:${arrows.libraries[name].type}`, `scope:${name}`] },
  });
}

const SOLUTION = json({
  extends: '../../tsconfig.base.json',
  files: [],
  include: [],
  references: [{ path: './tsconfig.lib.json' }, { path: './tsconfig.spec.json' }],
});

const LIB = json({
  extends: '../../tsconfig.base.json',
  compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
  include: ['src/**/*.ts'],
  exclude: ['src/**/*.spec.ts', 'src/**/*-spec.ts'],
  references: [],
});

const SPEC = json({
  extends: '../../tsconfig.base.json',
  compilerOptions: {
    rootDir: '.',
    outDir: 'out-tsc/spec',
    emitDeclarationOnly: true,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    tsBuildInfoFile: 'out-tsc/spec/.tsbuildinfo',
  },
  include: ['src/**/*.spec.ts', 'src/**/*-spec.ts', 'test/**/*.ts'],
  references: [{ path: './tsconfig.lib.json' }],
});

const jestConfig = (name) =>
  `import preset from '../../jest.preset.js';\n\nexport default { ...preset, displayName: '${name}', rootDir: import.meta.dirname };\n`;

/** The same headings in every README (style.md 26); the fence runs as a test from the first minute. */
const readme = (name, description) => `# @dmitry/${name}

${description}.

## Install

\`\`\`sh
npm install @dmitry/${name}
\`\`\`

## Usage

\`\`\`ts test name="${name} has a door"
import * as door from '@dmitry/${name}';

expect(door).toBeDefined();
\`\`\`

## Failure behaviour

## Not for
`;

const spec = (name) => `import { describe, expect, it } from '@jest/globals';
import * as door from './index.ts';

describe('@dmitry/${name}', () => {
  it('has a door that loads without Nest and without a client library', () => {
    expect(door).toBeDefined();
  });
});
`;

const contractSuite = (name) => `import { describe, expect, it } from '@jest/globals';

/**
 * The suite that every adapter of @dmitry/${name} passes. An adapter's spec calls it with a way to make the subject.
 */
export function describe${name.replace(/(^|-)([a-z])/g, (_, __, letter) => letter.toUpperCase())}Contract(adapter: string, makeSubject: () => Promise<unknown>): void {
  describe(\`${name} contract on \${adapter}\`, () => {
    it('can be made', async () => {
      await expect(makeSubject()).resolves.toBeDefined();
    });
  });
}
`;

/**
 * @param {{arrows: Arrows, name: string, description: string, rooms: string[], jest?: string}} options `rooms` beside core, `jest` the version that the root pins
 * @returns {Record<string, string>} path below the workspace root → content
 */
export function libraryFiles({ arrows, name, description, rooms, jest = '*' }) {
  if (!arrows.libraries[name])
    throw new Error(`no arrows for library '${name}': add it to tools/workspace-plugin/arrows.json first`);
  const dir = `libs/${name}`;
  const files = {
    [`${dir}/package.json`]: manifest({ arrows, name, description, rooms, jest }),
    [`${dir}/tsconfig.json`]: SOLUTION,
    [`${dir}/tsconfig.lib.json`]: LIB,
    [`${dir}/tsconfig.spec.json`]: SPEC,
    [`${dir}/jest.config.js`]: jestConfig(name),
    [`${dir}/README.md`]: readme(name, description),
    [`${dir}/src/core/index.ts`]: `/** The door of @dmitry/${name}: ${description}. */\nexport {};\n`,
    [`${dir}/src/core/index.spec.ts`]: spec(name),
  };
  for (const room of rooms) {
    files[`${dir}/src/${room}/index.ts`] =
      room === 'testing' ? contractSuite(name) : `/** The ${room} room of @dmitry/${name}. */\nexport {};\n`;
  }
  return files;
}
