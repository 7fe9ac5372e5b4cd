import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createTree } from '@nx/devkit/testing';
import libraryGenerator from './library-generator.mjs';
import { allowedImports, libraryFiles } from './library-files.mjs';

const ARROWS = {
  foundation: ['kit', 'telemetry'],
  libraries: {
    contracts: { type: 'contracts', may: [] },
    kit: { type: 'kit', may: ['contracts'] },
    telemetry: { type: 'foundation', may: ['kit'] },
    cache: { type: 'capability', may: ['foundation'] },
    llm: { type: 'capability', may: ['foundation', 'cache'] },
  },
};

describe('library generator', () => {
  let tree;
  beforeEach(() => {
    tree = createTree();
    tree.write('tools/workspace-plugin/arrows.json', JSON.stringify(ARROWS));
    tree.write('package.json', JSON.stringify({ devDependencies: { '@jest/globals': '1.2.3' } }));
    tree.write('tsconfig.json', JSON.stringify({ files: [], references: [{ path: './libs/kit' }] }));
  });
  const generate = (options = {}) =>
    libraryGenerator(tree, { name: 'cache', description: 'Two tiers', rooms: ['redis', 'testing'], ...options });
  const json = (path) => JSON.parse(tree.read(path, 'utf8'));

  it('writes a door for core and one for each room, and the file behind each', async () => {
    await generate();
    const { exports } = json('libs/cache/package.json');
    expect(Object.keys(exports)).toEqual(['.', './redis', './testing']);
    for (const target of Object.values(exports))
      expect(tree.exists(join('libs/cache', target['@dmitry/source']))).toBe(true);
  });

  it('tags the project as the table of arrows says, so that the boundary rule holds it from the first minute', async () => {
    await generate();
    expect(json('libs/cache/package.json').nx.tags).toEqual(['type:capability', 'scope:cache']);
  });

  it('writes a README with the headings of the house and a fence that runs', async () => {
    await generate();
    const readme = tree.read('libs/cache/README.md', 'utf8');
    expect(readme.match(/^## .+$/gm)).toEqual(['## Install', '## Usage', '## Failure behaviour', '## Not for']);
    expect(readme).toContain('```ts test name=');
  });

  it('writes a first spec and, with a testing room, a contract suite', async () => {
    await generate();
    expect(tree.read('libs/cache/src/core/index.spec.ts', 'utf8')).toContain('@jest/globals');
    expect(tree.read('libs/cache/src/testing/index.ts', 'utf8')).toContain('export function describeCacheContract');
  });

  it('asks for the test runner, at the version of the root, only with a testing room', async () => {
    await generate();
    expect(json('libs/cache/package.json').peerDependencies).toEqual({ '@jest/globals': '1.2.3' });
    await generate({ name: 'llm', rooms: [] });
    expect(json('libs/llm/package.json').peerDependencies).toBeUndefined();
  });

  it('refers to the new project from the root, in order', async () => {
    await generate();
    expect(json('tsconfig.json').references).toEqual([{ path: './libs/cache' }, { path: './libs/kit' }]);
  });

  it('never overwrites what a person wrote', async () => {
    tree.write('libs/cache/README.md', 'mine');
    await generate();
    expect(tree.read('libs/cache/README.md', 'utf8').trim()).toBe('mine');
  });

  it('refuses a library without a row in the table of arrows', async () => {
    await expect(generate({ name: 'attic' })).rejects.toThrow(/arrows\.json/);
  });
});

describe('allowedImports', () => {
  it('is transitive in the foundation and names capabilities one by one', () => {
    expect(allowedImports(ARROWS, 'llm')).toEqual(['cache', 'contracts', 'kit', 'telemetry']);
    expect(allowedImports(ARROWS, 'cache')).not.toContain('llm');
    expect(allowedImports(ARROWS, 'contracts')).toEqual([]);
  });

  it('holds for the real table: every name in it exists and no library reaches itself', () => {
    const real = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'arrows.json'), 'utf8'));
    for (const name of Object.keys(real.libraries)) {
      const allowed = allowedImports(real, name);
      expect(allowed).not.toContain(name);
      for (const dep of allowed) expect(real.libraries).toHaveProperty(dep);
    }
  });

  it('makes no cycle in the real table', () => {
    const real = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'arrows.json'), 'utf8'));
    for (const name of Object.keys(real.libraries)) {
      for (const dep of allowedImports(real, name)) expect(allowedImports(real, dep)).not.toContain(name);
    }
  });
});

describe('libraryFiles', () => {
  it('is a pure function: the same description gives the same files', () => {
    const options = { arrows: ARROWS, name: 'cache', description: 'Two tiers', rooms: [] };
    expect(libraryFiles(options)).toEqual(libraryFiles(options));
  });
});
