// A link in a document leads somewhere.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { files, readText, root } from '../workspace.mjs';

export const title = 'relative links in documents lead to files';

const LINK = /\]\(([^()\s]+)\)/g;

/** @param {string} path @param {string} text @param {(path: string) => boolean} exists */
export function linkFaults(path, text, exists) {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(LINK)]
    .map(([, target]) => target.split('#')[0])
    .filter((target) => target && !/^[a-z]+:/.test(target))
    .filter((target) => !exists(join(target.startsWith('/') ? '.' : dirname(path), target)))
    .map((target) => `${path}: the link to ${target} leads nowhere`);
}

export function check() {
  return files()
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) => linkFaults(path, readText(path), (target) => existsSync(join(root, target))));
}
