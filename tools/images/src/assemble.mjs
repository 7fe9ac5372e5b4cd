// node tools/images/src/assemble.mjs APP FOLDER: what an image of a built app consists of, in four folders:
//   runtime   Node as the lockfile pins it, the system libraries that it loads, and the user it runs as
//   packages  package.json and package-lock.json of the third-party packages that the app loads, for `npm ci`
//   code      the app's own modules, in the places where Node looks for them
//   data      an empty folder, for a volume of that user
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { prunedInstall } from './pruned-lock.mjs';
import { projectOf, reach } from './reach.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
/** Numeric, so that Kubernetes can see that it is not root. */
export const USER = 10_001;

/** @param {string} from @param {string} to */
const copy = (from, to) => cpSync(realpathSync(from), to, { preserveTimestamps: true });
const json = (/** @type {unknown} */ value) => `${JSON.stringify(value, null, 2)}\n`;

/** @param {string} output of ldd @returns {string[]} files */
export const librariesOf = (output) => {
  if (output.includes('not found')) throw new Error(`Node lacks libraries in this base image:\n${output}`);
  return [...output.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, file]) => file);
};

/** @param {string} folder */
function runtime(folder) {
  const node = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  const libraries = librariesOf(execFileSync('ldd', [node], { encoding: 'utf8' }));
  // `/lib` is a link to `/usr/lib` in the base, and a folder in an image made from scratch
  for (const library of libraries) copy(library, join(folder, library));
  copy(node, join(folder, 'usr/local/bin/node'));
  mkdirSync(join(folder, 'etc'));
  writeFileSync(join(folder, 'etc/passwd'), `dmitry:x:${USER}:${USER}::/app:/sbin/nologin\n`);
  writeFileSync(join(folder, 'etc/group'), `dmitry:x:${USER}:\n`);
  for (const notice of ['libc6', 'libstdc++6', 'libatomic1', 'libgcc-s1']) {
    const file = `/usr/share/doc/${notice}/copyright`;
    if (existsSync(file)) copy(file, join(folder, file));
  }
}

/** SQL, Lua and other files that the modules of a project read at run time. @param {string} project */
const assetsOf = (project) =>
  readdirSync(join(project, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((name) => !/\.(js|ts|map|tsbuildinfo)$/.test(name) && basename(name) !== '.tsbuildinfo')
    .map((name) => join(project, 'dist', name))
    .filter((file) => statSync(file).isFile());

/** @param {readonly string[]} modules @param {string} app @param {string} folder */
function code(modules, app, folder) {
  const projects = [...new Set(modules.map(projectOf))];
  for (const project of projects) {
    const { name } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    // the app keeps its place in the repository; what it imports by name is a package
    const target = join(folder, project === join(root, app) ? app : join('node_modules', name));
    const own = modules.filter((module) => projectOf(module) === project);
    const files = [
      join(project, 'package.json'),
      ...own,
      ...own.map((module) => `${module}.map`),
      ...assetsOf(project),
    ];
    for (const file of files.filter(existsSync)) copy(file, join(target, relative(project, file)));
  }
}

/** @param {string} app @param {string} folder */
function assemble(app, folder) {
  const { modules, packages } = reach(join(root, app, 'dist', 'main.js'));
  const { manifest, lock } = prunedInstall(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')), packages);
  for (const part of ['runtime', 'packages', 'code', 'data']) mkdirSync(join(folder, part), { recursive: true });
  runtime(join(folder, 'runtime'));
  writeFileSync(join(folder, 'packages', 'package.json'), json(manifest));
  writeFileSync(join(folder, 'packages', 'package-lock.json'), json(lock));
  code(modules, app, join(folder, 'code'));
  copy(join(root, 'docker', 'healthcheck.mjs'), join(folder, 'code', 'healthcheck.mjs'));
  const projects = new Set(modules.map(projectOf));
  process.stdout.write(
    `${app}: ${modules.length} modules of ${projects.size} packages, ${packages.length} third-party packages by name, ` +
      `${Object.keys(lock.packages).length - 1} in all\n`,
  );
}

if (process.argv[1] === import.meta.filename) {
  const [app, folder] = process.argv.slice(2);
  assemble(app, folder);
}
