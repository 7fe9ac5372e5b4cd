// What a source file imports, by the compiler's own scanner (comments and strings do not fool it).
import ts from 'typescript';
import { readText } from './workspace.mjs';

/** @param {string} text source or declaration file @returns {string[]} specifiers, `import type` and `import('x')` included */
export function importsOf(text) {
  return ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
}

/** `@nestjs/common/x` → `@nestjs/common`, `pg/lib/y` → `pg` @param {string} specifier */
export const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** @param {string} specifier */
export const isPackage = (specifier) => !/^(\.|\/|node:)/.test(specifier);

/** @param {string} path a tracked file */
export const packagesOf = (path) => importsOf(readText(path)).filter(isPackage).map(packageOf);

/** Whether a file is product code of its project, a room for other people's tests, or a test itself. @param {string} path */
export function roleOf(path) {
  if (
    /(\.spec|-spec)\.(ts|mjs)$/.test(path) ||
    /^(libs|apps|tools)\/[^/]+\/test\//.test(path) ||
    /^apps\/[^/]+-e2e\//.test(path) ||
    // what only builds: the page is a file of its own, nothing imports it
    /^libs\/[^/]+\/verifier-page\//.test(path)
  )
    return 'spec';
  return /^libs\/[^/]+\/src\/testing\//.test(path) ? 'testing' : 'product';
}
