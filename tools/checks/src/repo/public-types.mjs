// What a caller sees of a library never names the client library behind it (DESIGN.md 3, rule 4).
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { importsOf, isPackage, packageOf } from '../imports.mjs';
import { projects, root } from '../workspace.mjs';

export const title = 'no public type mentions a client library';

const CLIENTS = new Set([
  'ioredis',
  'kafkajs',
  'bullmq',
  'pg',
  'fastify',
  'undici',
  'opossum',
  '@electric-sql/pglite',
  'jose',
  'prom-client',
]);

/**
 * Walks the declarations that a door reaches.
 * @param {string} door path of an emitted .d.ts @param {(path: string) => string | undefined} read
 * @returns {string[]} `file: package` for each client that is named
 */
export function clientsNamed(door, read) {
  const seen = new Set();
  const named = [];
  const walk = (file) => {
    const text = seen.has(file) ? undefined : read(file);
    seen.add(file);
    if (text === undefined) return;
    for (const specifier of importsOf(text)) {
      if (isPackage(specifier)) {
        if (CLIENTS.has(packageOf(specifier))) named.push(`${file}: ${packageOf(specifier)}`);
      } else if (specifier.startsWith('.')) {
        walk(join(dirname(file), specifier.replace(/(\.d)?\.[cm]?[jt]s$/, '.d.ts')));
      }
    }
  };
  walk(door);
  return named;
}

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

export function check() {
  return projects()
    .filter(({ area }) => area === 'libs')
    .flatMap(({ path, manifest }) =>
      Object.entries(manifest.exports ?? {})
        .filter(([, target]) => target.types)
        .flatMap(([door, target]) =>
          clientsNamed(join(root, path, target.types), read).map(
            (found) => `${path} door ${door}: ${relative(root, found)}`,
          ),
        ),
    );
}
