// From Jest's JSON reports to what a person and CI read: a table, what was not run, and one last line of counts.
import { relative } from 'node:path';
import { tierOf } from '@dmitry/workspace-plugin/targets';

/**
 * @typedef {{project: string, tier: string, suites: number, passed: number, failed: number, skipped: number, ms: number}} Row
 * @typedef {{rows: Row[], skipped: string[], failures: string[], totals: {passed: number, failed: number, skipped: number}}} Summary
 */

/** A file that could not even be loaded has no tests, and still is one failure. */
function countsOf(suite) {
  const by = (...states) => suite.assertionResults.filter((test) => states.includes(test.status)).length;
  const failed = by('failed');
  const broken = suite.status === 'failed' && failed === 0 && suite.assertionResults.length === 0;
  return { passed: by('passed'), failed: broken ? 1 : failed, skipped: by('pending', 'skipped', 'todo', 'disabled') };
}

/**
 * @param {any[]} reports what `jest --json` wrote, one per round
 * @param {string} root the workspace root
 * @returns {Summary}
 */
export function summarise(reports, root) {
  const rows = new Map();
  const skipped = [];
  const failures = [];
  for (const suite of reports.flatMap((report) => report.testResults)) {
    const file = relative(root, suite.name).replaceAll('\\', '/');
    const project = file.split('/').slice(0, 2).join('/');
    const tier = tierOf(file) ?? 'test';
    const row = rows.get(`${project} ${tier}`) ?? { project, tier, suites: 0, passed: 0, failed: 0, skipped: 0, ms: 0 };
    const counts = countsOf(suite);
    row.suites += 1;
    row.ms += Math.max(0, suite.endTime - suite.startTime);
    for (const key of ['passed', 'failed', 'skipped']) row[key] += counts[key];
    rows.set(`${project} ${tier}`, row);
    if (counts.failed > 0) failures.push(file);
    for (const test of suite.assertionResults) {
      if (['pending', 'skipped', 'todo', 'disabled'].includes(test.status)) skipped.push(`${file}: ${test.fullName}`);
    }
  }
  const sorted = [...rows.values()].sort((a, b) => (a.project + a.tier < b.project + b.tier ? -1 : 1));
  return { rows: sorted, skipped, failures, totals: totalsOf(sorted) };
}

/** @param {Row[]} rows */
function totalsOf(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** The line that tools read; it stands alone and last. @param {{passed: number, failed: number, skipped: number}} totals */
export const lastLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** @param {string} text @returns {{passed: number, failed: number, skipped: number} | undefined} the counts of a run's last line */
export function parseLastLine(text) {
  const match = /(?:^|\n)(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(text);
  return match ? { passed: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3]) } : undefined;
}

const seconds = (ms) => (ms / 1000).toFixed(1);

/** @param {Summary} summary */
export function table(summary) {
  const head = ['project', 'tier', 'suites', 'passed', 'failed', 'skipped', 'seconds'];
  const body = summary.rows.map((row) =>
    [row.project, row.tier, row.suites, row.passed, row.failed, row.skipped, seconds(row.ms)].map(String),
  );
  for (const tier of [...new Set(summary.rows.map((row) => row.tier))].sort()) {
    const own = summary.rows.filter((row) => row.tier === tier);
    const sum = (key) => own.reduce((total, row) => total + row[key], 0);
    body.push(
      ['all', tier, sum('suites'), sum('passed'), sum('failed'), sum('skipped'), seconds(sum('ms'))].map(String),
    );
  }
  const widths = head.map((title, column) => Math.max(title.length, ...body.map((cells) => cells[column].length)));
  const line = (cells) =>
    cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ');
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}
