import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { projectOf } from './reach.mjs';

/** In a process of its own: Jest resolves packages in its own way, and this is about how Node does. */
function reach(entry) {
  const script = `import { reach } from ${JSON.stringify(join(import.meta.dirname, 'reach.mjs'))}; console.log(JSON.stringify(reach(process.argv[1])));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, entry], {
    encoding: 'utf8',
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}

/** An app, a library with two doors, and a module that nobody imports. */
const TREE = {
  'app/package.json': '{"name":"@dmitry/app"}',
  'app/dist/main.js':
    "import fs from 'node:fs';\nimport './a.js';\nimport { x } from '@dmitry/lib';\nawait import('pg/lib/y');",
  'app/dist/a.js': "import '@nestjs/common/x'; import './main.js'; // import 'not-this'",
  'app/dist/unused.js': "import 'unused';",
  'node_modules/@dmitry/lib/package.json': JSON.stringify({
    name: '@dmitry/lib',
    exports: { '.': { '@dmitry/source': './src/index.ts', default: './dist/index.js' }, './other': './dist/other.js' },
  }),
  'node_modules/@dmitry/lib/dist/index.js': "export { x } from './x.js';",
  'node_modules/@dmitry/lib/dist/x.js': "export { x } from 'undici';",
  'node_modules/@dmitry/lib/dist/other.js': "import 'heavy';",
};

describe('what an app reaches', () => {
  let folder = '';
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'reach-')));
    for (const [path, text] of Object.entries(TREE)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is its own modules, the doors it uses, and the packages that these name', () => {
    const { modules, packages } = reach(join(folder, 'app/dist/main.js'));
    expect(modules.map((module) => relative(folder, module))).toEqual([
      'app/dist/a.js',
      'app/dist/main.js',
      'node_modules/@dmitry/lib/dist/index.js',
      'node_modules/@dmitry/lib/dist/x.js',
    ]);
    expect(packages).toEqual(['@nestjs/common', 'pg', 'undici']);
  });

  it('belongs to the nearest package', () => {
    expect(projectOf(join(folder, 'node_modules/@dmitry/lib/dist/x.js'))).toBe(
      join(folder, 'node_modules/@dmitry/lib'),
    );
    expect(() => projectOf('/none/x.js')).toThrow('belongs to no package');
  });
});
