// The fences of the READMEs run as tests without their types; here the compiler reads the same code.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fencesOf } from '@dmitry/tools-jest/fences';
import { files, readText, root } from '../workspace.mjs';

export const title = 'the usage in every README type-checks, and every library has some';

const OUT = 'out-tsc/readme';

const config = (path) => ({
  extends: join(root, 'tsconfig.base.json'),
  compilerOptions: {
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    noEmit: true,
    noUnusedLocals: false,
    customConditions: [],
    types: ['node', 'jest-globals'],
    typeRoots: [join(root, 'node_modules/@types'), join(root, 'tools/jest/types')],
  },
  include: [`${path}/*.ts`],
});

/** Each fence becomes a module; `@dmitry/*` resolves to the built declarations, as it will for the reader. */
function extract() {
  const faults = [];
  const written = [];
  for (const readme of files().filter((file) => /^libs\/[^/]+\/README\.md$/.test(file))) {
    const fences = fencesOf(readText(readme));
    if (fences.length === 0) faults.push(`${readme}: has no fence marked ts test name="…"`);
    fences.forEach(({ code }, index) => {
      const file = join(root, dirname(readme), OUT, `fence-${index + 1}.ts`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `export {};\n${code}`);
      written.push(file);
    });
  }
  return { faults, written };
}

function clear() {
  for (const readme of files().filter((file) => /^libs\/[^/]+\/README\.md$/.test(file))) {
    rmSync(join(root, dirname(readme), OUT), { recursive: true, force: true });
  }
}

export function check() {
  clear();
  const { faults } = extract();
  mkdirSync(join(root, 'out-tsc'), { recursive: true });
  const tsconfig = join(root, 'out-tsc', 'tsconfig.readme.json');
  writeFileSync(tsconfig, JSON.stringify(config(join(root, 'libs/*', OUT))));
  const tsc = spawnSync(
    process.execPath,
    [join(root, 'node_modules/tsgo/bin/tsc'), '-p', tsconfig, '--pretty', 'false'],
    { cwd: root, encoding: 'utf8' },
  );
  if (tsc.status === 0) return faults;
  return [...faults, ...tsc.stdout.trim().split('\n')];
}
