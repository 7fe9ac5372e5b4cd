// What an app really loads: the modules that are reachable from its entry, and the packages that these name.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const OWN = '@dmitry/';

/** `@nestjs/common/x` → `@nestjs/common`, `pg/lib/y` → `pg` @param {string} specifier */
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** @param {string} file @returns {string[]} specifiers, dynamic imports of a literal included */
const importsOf = (file) =>
  ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName);

/**
 * @param {string} entry compiled module of an app
 * @returns {{modules: string[], packages: string[]}} own modules by path, and the names of third-party packages, both sorted
 */
export function reach(entry) {
  const modules = new Set();
  const packages = new Set();
  const queue = [realpathSync(entry)];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (modules.has(file)) continue;
    modules.add(file);
    for (const specifier of importsOf(file)) {
      if (isBuiltin(specifier)) continue;
      if (specifier.startsWith('.')) queue.push(resolve(dirname(file), specifier));
      // an own package is followed through its doors, as Node follows them at run time
      else if (specifier.startsWith(OWN)) queue.push(realpathSync(createRequire(file).resolve(specifier)));
      else packages.add(packageOf(specifier));
    }
  }
  return { modules: [...modules].sort(), packages: [...packages].sort() };
}

/** Folder of the project that a module belongs to. @param {string} module */
export function projectOf(module) {
  for (let folder = dirname(module); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw new Error(`${module} belongs to no package`);
}
