// Writes a new library from the command line: npm run new:lib -- NAME "what it is for" room room
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { libraryFiles } from './library-files.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');
const arrows = JSON.parse(readFileSync(join(here, '..', 'arrows.json'), 'utf8'));
const [name, description, ...rooms] = process.argv.slice(2);
if (!name || !description) {
  process.stderr.write('usage: npm run new:lib -- NAME "what it is for" [room…]\n');
  process.exit(2);
}
for (const [file, content] of Object.entries(libraryFiles({ arrows, name, description, rooms }))) {
  const path = join(root, file);
  if (existsSync(path)) continue; // never overwrites what a person wrote
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
