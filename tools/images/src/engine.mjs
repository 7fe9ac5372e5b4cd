// The container engine of this machine: Docker, or podman (as root also where no daemon, no systemd and no user
// namespaces are).
import { spawnSync } from 'node:child_process';

/**
 * @typedef {{name: string, command: readonly string[], build: readonly string[], run: readonly string[]}} Engine
 * @typedef {{ok: boolean, out: string, err: string}} Ran
 */

/** @type {readonly Engine[]} */
const ENGINES = [
  { name: 'docker', command: ['docker'], build: ['build'], run: [] },
  {
    name: 'podman',
    // cgroupfs and a file for events: neither systemd nor its journal is needed
    command: ['podman', '--cgroup-manager', 'cgroupfs', '--events-backend', 'file'],
    // OCI images have no health check
    build: ['build', '--format', 'docker', '--isolation', 'chroot', '--layers'],
    // the health check is called by hand; podman alone would make /tmp and /run writable
    run: ['--no-healthcheck', '--read-only-tmpfs=false', '--ulimit', 'nofile=4096:4096', '--ulimit', 'nproc=8192:8192'],
  },
];

/** @param {string} file @param {readonly string[]} args @param {'pipe' | 'show'} output show: to stderr @returns {Ran} */
export function ran(file, args, output = 'pipe') {
  const stdio =
    output === 'show' ? /** @type {const} */ (['ignore', 2, 2]) : /** @type {const} */ (['ignore', 'pipe', 'pipe']);
  const { status, stdout, stderr, error } = spawnSync(file, args, { stdio, encoding: 'utf8', maxBuffer: 1 << 26 });
  return { ok: status === 0, out: stdout?.trim() ?? '', err: stderr?.trim() || error?.message || '' };
}

/** @returns {Engine | null} the first that answers; podman with runc where that is there (crun fails on hybrid cgroups) */
export function findEngine() {
  const engine = ENGINES.find(({ command: [file] }) => ran(file, ['info']).ok);
  if (!engine) return null;
  const runc = engine.name === 'podman' && ran('runc', ['--version']).ok ? ['--runtime', 'runc'] : [];
  return { ...engine, command: [...engine.command, ...runc] };
}

/** @param {Engine} engine @param {readonly string[]} args @param {'pipe' | 'show'} [output] */
export const call = (engine, args, output) => ran(engine.command[0], [...engine.command.slice(1), ...args], output);
