// Builds what is stale: every library and app, JavaScript and declarations, by one incremental compiler run.
// With --all also the specs' types are checked (that is `npm run typecheck`).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.includes('--all') ? ['tsconfig.json'] : ['tsconfig.lib.json', 'tsconfig.app.json'];
const areas = ['libs', 'apps', 'tools'].filter((area) => existsSync(join(root, area)));
const configs = areas.flatMap((area) =>
  readdirSync(join(root, area)).flatMap((name) =>
    wanted.map((file) => join(root, area, name, file)).filter(existsSync),
  ),
);
// The compiler is named by its path: two packages own a `tsc`, and this one must be TypeScript 7.
const tsc = join(root, 'node_modules', 'tsgo', 'bin', 'tsc');
const run = spawnSync(process.execPath, [tsc, '--build', ...configs], { cwd: root, stdio: ['ignore', 2, 2] });

/** Lua, SQL and other files that stand beside the code and are read at run time: the compiler leaves them behind. */
function copyAssets(project) {
  const source = join(root, project, 'src');
  if (!existsSync(source)) return;
  for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    const from = join(source, name);
    if (/\.(ts|map)$/.test(name) || !statSync(from).isFile()) continue;
    cpSync(from, join(root, project, 'dist', name), { preserveTimestamps: true });
  }
}

if (run.status === 0) {
  for (const area of areas) for (const name of readdirSync(join(root, area))) copyAssets(join(area, name));
}
process.exitCode = run.status ?? 1;
