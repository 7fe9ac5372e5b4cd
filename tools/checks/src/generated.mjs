// One way to write a generated file: formatted, and with --check compared instead of written.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from './workspace.mjs';

/**
 * @param {string} path below the workspace root
 * @param {string} content unformatted
 * @param {string} command what a person runs to renew the file
 */
export async function generated(path, content, command) {
  const file = join(root, path);
  const formatted = await format(content, { ...(await resolveConfig(file)), filepath: file });
  const current = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (current === formatted) return;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${path} is not what its source says: run \`${command}\` and commit the result.\n`);
    process.exitCode = 1;
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, formatted);
  process.stderr.write(`wrote ${path}\n`);
}
