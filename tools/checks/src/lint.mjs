// Lint with the project graph at hand. Without a cached graph the boundary rule prints one line and passes,
// so the graph is made first, and the line itself is a failure.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './workspace.mjs';

process.env.NX_DAEMON ??= 'false';
process.env.NX_NO_CLOUD = 'true';

/** Writes .nx/workspace-data/project-graph.json, which the boundary rule reads. */
async function makeGraph() {
  if (process.env.NX_TASK_TARGET_PROJECT) return; // inside an Nx task the graph is fresh
  const { createProjectGraphAsync } = await import('@nx/devkit');
  await createProjectGraphAsync({ exitOnError: true, resetDaemonClient: true });
}

await makeGraph();
const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
const args = process.argv.slice(2);
const run = spawnSync(process.execPath, [oxlint, '-c', '.oxlintrc.json', ...args], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
process.stdout.write(run.stdout);
process.stderr.write(run.stderr);
const skipped = /No cached ProjectGraph/.test(run.stdout + run.stderr);
if (skipped) process.stderr.write('lint: the boundary rule was skipped because the project graph is missing.\n');
process.exitCode = skipped ? 1 : (run.status ?? 1);
