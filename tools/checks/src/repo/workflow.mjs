// CI on GitHub runs what .ci/run runs, with actions pinned by commit and no more rights than it needs.
import { execFileSync } from 'node:child_process';
import { parse } from 'yaml';
import { files, readText, root } from '../workspace.mjs';

export const title = 'the workflows run the commands of .ci/run, with pinned actions and least rights';

/**
 * @param {string} path @param {any} workflow parsed YAML @param {string[]} commands what .ci/run runs
 * @returns {string[]} faults
 */
export function workflowFaults(path, workflow, commands) {
  const faults = [];
  if (JSON.stringify(workflow.permissions) !== '{"contents":"read"}')
    faults.push(`${path}: top-level permissions must be exactly contents: read`);
  for (const [job, { steps = [], ['timeout-minutes']: timeout }] of Object.entries(workflow.jobs)) {
    if (!timeout) faults.push(`${path}: job ${job} has no timeout-minutes`);
    for (const { uses, run } of steps) {
      if (uses && !/^[\w./-]+@[0-9a-f]{40}$/.test(uses)) faults.push(`${path}: ${uses} is not pinned by commit`);
      if (run && !commands.includes(run.trim())) faults.push(`${path}: \`${run.trim()}\` is not a step of .ci/run`);
    }
  }
  return faults;
}

export function check() {
  const commands = execFileSync('bash', ['.ci/run', '--list'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const workflows = files().filter((file) => /^\.github\/workflows\/.+\.ya?ml$/.test(file));
  const parsed = workflows.map((path) => /** @type {const} */ ([path, parse(readText(path))]));
  const runs = new Set(
    parsed.flatMap(([, { jobs }]) => Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run?.trim()))),
  );
  return [
    ...parsed.flatMap(([path, workflow]) => workflowFaults(path, workflow, commands)),
    ...commands.filter((command) => !runs.has(command)).map((command) => `.ci/run: \`${command}\` is in no workflow`),
  ];
}
