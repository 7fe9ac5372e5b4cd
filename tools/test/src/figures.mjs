// npm run figures:tests: what the last `npm test` found, as docs/figures/tests.md.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLine } from './report.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const report = join(root, 'coverage', 'summary.json');

function markdown({ rows, totals, seconds, services, skipped }) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  const list = (items, none) => (items.length === 0 ? [none] : items.map((item) => `- ${item}`));
  return [
    '# What is tested where',
    '',
    `Printed by \`npm test\` and \`npm run figures:tests\` at commit ${commit}: ${lastLine(totals)} in ${seconds.toFixed(0)} s.`,
    '',
    '| project | tier | suites | passed | failed | skipped |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      (row) => `| ${row.project} | ${row.tier} | ${row.suites} | ${row.passed} | ${row.failed} | ${row.skipped} |`,
    ),
    '',
    '## Real services used',
    '',
    ...list(services.used, 'none'),
    '',
    '## Not run',
    '',
    ...list([...services.missing, ...skipped], 'nothing was left out'),
    '',
  ].join('\n');
}

if (existsSync(report)) {
  const text = markdown(JSON.parse(readFileSync(report, 'utf8')));
  mkdirSync(join(root, 'docs/figures'), { recursive: true });
  writeFileSync(join(root, 'docs/figures/tests.md'), text);
  process.stdout.write(text);
} else {
  process.stderr.write('coverage/summary.json is missing: run npm test first.\n');
  process.exitCode = 2;
}
