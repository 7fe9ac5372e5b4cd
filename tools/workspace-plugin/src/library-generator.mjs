// nx g @dmitry/workspace-plugin:library NAME --description=… --rooms=redis,nest: the files of library-files.mjs on an Nx tree.
import { formatFiles } from '@nx/devkit';
import { libraryFiles } from './library-files.mjs';

/**
 * @param {import('@nx/devkit').Tree} tree
 * @param {{name: string, description: string, rooms?: string[]}} options
 */
export default async function libraryGenerator(tree, { name, description, rooms = [] }) {
  const arrows = JSON.parse(tree.read('tools/workspace-plugin/arrows.json', 'utf8'));
  const jest = JSON.parse(tree.read('package.json', 'utf8')).devDependencies['@jest/globals'];
  for (const [path, content] of Object.entries(libraryFiles({ arrows, name, description, rooms, jest }))) {
    if (!tree.exists(path)) tree.write(path, content); // never overwrites what a person wrote
  }
  addReference(tree, `./libs/${name}`);
  await formatFiles(tree);
}

/** The root tsconfig.json refers to every project. @param {import('@nx/devkit').Tree} tree @param {string} path */
function addReference(tree, path) {
  if (!tree.exists('tsconfig.json')) return;
  const config = JSON.parse(tree.read('tsconfig.json', 'utf8'));
  const paths = new Set([...config.references.map((reference) => reference.path), path]);
  config.references = [...paths].sort((a, b) => a.localeCompare(b, 'en')).map((each) => ({ path: each }));
  tree.write('tsconfig.json', JSON.stringify(config, null, 2));
}
