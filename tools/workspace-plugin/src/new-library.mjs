// npm run new:lib -- NAME "what it is for" [room…]: the Nx generator without having to know Nx.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { flushChanges, FsTree } from 'nx/src/generators/tree.js';
import libraryGenerator from './library-generator.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const [name, description, ...rooms] = process.argv.slice(2);

if (!name || !description) {
  process.stderr.write('usage: npm run new:lib -- NAME "what it is for" [room…]\n');
  process.exitCode = 2;
} else if (existsSync(join(root, 'libs', name))) {
  process.stderr.write(
    `libs/${name} exists already; add rooms to it by hand: a folder, an index.ts, an exports entry.\n`,
  );
  process.exitCode = 2;
} else {
  const tree = new FsTree(root, false);
  await libraryGenerator(tree, { name, description, rooms });
  const changes = tree.listChanges();
  flushChanges(root, changes);
  for (const { type, path } of changes) process.stdout.write(`${type} ${path}\n`);
  process.stderr.write('Next: node tools/bootstrap.mjs (links the package) and npm run generate (map, lockfile).\n');
}
