// The root tsconfig.json refers to every project that has one.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projects, root } from '../workspace.mjs';

export function outputs() {
  const references = projects()
    .filter(({ path }) => existsSync(join(root, path, 'tsconfig.json')))
    .map(({ path }) => ({ path: `./${path}` }));
  return [['tsconfig.json', JSON.stringify({ files: [], references }, null, 2)]];
}
