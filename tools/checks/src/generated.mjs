// Generated files: each module in generators/ answers with paths and contents; here they are formatted, compared, written.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, getFileInfo, resolveConfig } from 'prettier';
import { root } from './workspace.mjs';

const folder = join(import.meta.dirname, 'generators');

async function formatted(file, content) {
  const { ignored, inferredParser } = await getFileInfo(file, { ignorePath: join(root, '.prettierignore') });
  if (ignored || !inferredParser) return content;
  return format(content, { ...(await resolveConfig(file)), filepath: file });
}

/** @returns {Promise<{path: string, content: string, generator: string}[]>} the files that are not what their source says */
export async function stale(wanted = []) {
  const out = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.mjs') && !name.endsWith('.spec.mjs'))) {
    const generator = file.slice(0, -4);
    if (wanted.length > 0 && !wanted.includes(generator)) continue;
    const { outputs } = await import(join(folder, file));
    for (const [path, content] of await outputs()) {
      const target = join(root, path);
      const text = await formatted(target, content);
      if (!existsSync(target) || readFileSync(target, 'utf8') !== text) out.push({ path, content: text, generator });
    }
  }
  return out;
}

/** @param {{path: string, content: string}} file */
export function write({ path, content }) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
