// What a new library consists of, as a pure function from its description to files. The Nx generator and the
// command line both call it, and a spec runs it on a virtual tree.

/** Entry points a library may have beside its core, and what each is for (DESIGN.md 3, rule 1). */
export const KNOWN_ROOMS = ['memory', 'nest', 'testing'];

const pascal = (name) => name.replace(/(^|-)([a-z])/g, (_, __, c) => c.toUpperCase());
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** @param {Record<string, {type:string, may:string[]}>} libraries @param {string} name every library `name` may import, transitively for the foundation */
export function allowedImports(arrows, name) {
  const own = arrows.libraries[name];
  if (!own) throw new Error(`no arrows for library '${name}': add it to tools/workspace-plugin/arrows.json first`);
  const seen = new Set();
  const visit = (dep) => {
    if (dep === 'foundation') return arrows.foundation.forEach(visit);
    if (seen.has(dep)) return;
    seen.add(dep);
    const target = arrows.libraries[dep];
    // down to the foundation each library may also import what its imports may; capabilities are named one by one
    if (target && (target.type === 'foundation' || target.type === 'kit')) target.may.forEach(visit);
  };
  own.may.forEach(visit);
  if (own.type !== 'contracts') visit('contracts');
  return [...seen].sort();
}

function exportsOf(rooms) {
  const door = (room) => ({
    '@dmitry/source': `./src/${room}/index.ts`,
    types: `./dist/${room}/index.d.ts`,
    default: `./dist/${room}/index.js`,
  });
  const out = { '.': door('core') };
  for (const room of rooms) out[`./${room}`] = door(room);
  return out;
}

/**
 * @param {{arrows: any, name: string, description: string, rooms: string[]}} options
 * @returns {Record<string, string>} path below the workspace root → content
 */
export function libraryFiles({ arrows, name, description, rooms }) {
  const dir = `libs/${name}`;
  const type = arrows.libraries[name]?.type;
  const imports = allowedImports(arrows, name);
  const title = pascal(name);
  const files = {
    [`${dir}/package.json`]: json({
      name: `@dmitry/${name}`,
      version: '0.1.0',
      description,
      license: 'Apache-2.0',
      type: 'module',
      sideEffects: false,
      exports: exportsOf(rooms),
      files: ['dist', '!dist/**/*.tsbuildinfo', '!dist/testing'],
      dependencies: Object.fromEntries(imports.map((dep) => [`@dmitry/${dep}`, '0.1.0'])),
      nx: { tags: [`type:${type}`, `scope:${name}`] },
    }),
    [`${dir}/tsconfig.json`]: json({
      extends: '../../tsconfig.base.json',
      files: [],
      include: [],
      references: [{ path: './tsconfig.lib.json' }, { path: './tsconfig.spec.json' }],
    }),
    [`${dir}/tsconfig.lib.json`]: json({
      extends: '../../tsconfig.base.json',
      compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.spec.ts', 'src/**/*-spec.ts'],
      references: imports.map((dep) => ({ path: `../${dep}/tsconfig.lib.json` })),
    }),
    [`${dir}/tsconfig.spec.json`]: json({
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
    }),
    [`${dir}/jest.config.js`]: `import preset from '../../jest.preset.js';\n\nexport default { ...preset, displayName: '${name}', rootDir: import.meta.dirname };\n`,
    [`${dir}/README.md`]: readme(name, title, description),
    [`${dir}/src/core/index.ts`]: `/** The door of @dmitry/${name}: ${description}. */\nexport {};\n`,
  };
  for (const room of rooms)
    files[`${dir}/src/${room}/index.ts`] = `/** The ${room} room of @dmitry/${name}. */\nexport {};\n`;
  return files;
}

function readme(name, title, description) {
  return [
    `# @dmitry/${name}`,
    '',
    `${description}.`,
    '',
    '## Install',
    '',
    '```sh',
    `npm install @dmitry/${name}`,
    '```',
    '',
    '## Usage',
    '',
    `\`\`\`ts test name="${name} has a door"`,
    `import * as ${title.charAt(0).toLowerCase()}${title.slice(1)} from '@dmitry/${name}';`,
    '',
    `expect(${title.charAt(0).toLowerCase()}${title.slice(1)}).toBeDefined();`,
    '```',
    '',
    '## Failure behaviour',
    '',
    '## Not for',
    '',
  ].join('\n');
}
