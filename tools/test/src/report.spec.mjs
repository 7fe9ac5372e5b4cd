import { describe, expect, it } from '@jest/globals';
import { lastLine, parseLastLine, summarise, table } from './report.mjs';

const suite = (name, statuses, status = 'passed') => ({
  name: `/repo/${name}`,
  status,
  startTime: 1000,
  endTime: 1500,
  assertionResults: statuses.map((state, index) => ({ status: state, fullName: `case ${index}` })),
});

const REPORTS = [
  {
    testResults: [
      suite('libs/cache/src/core/a.spec.ts', ['passed', 'passed', 'failed'], 'failed'),
      suite('libs/cache/src/core/b.prop-spec.ts', ['passed']),
      suite('libs/cache/README.md', ['passed']),
    ],
  },
  {
    testResults: [
      suite('libs/cache/test/redis.int-spec.ts', ['pending']),
      suite('libs/kit/src/x.spec.ts', [], 'failed'),
    ],
  },
];

describe('summarise', () => {
  const summary = summarise(REPORTS, '/repo');

  it('counts every suite under its project and tier', () => {
    expect(summary.rows.map((row) => [row.project, row.tier, row.suites, row.passed, row.failed, row.skipped])).toEqual(
      [
        ['libs/cache', 'integration', 1, 0, 0, 1],
        ['libs/cache', 'property', 1, 1, 0, 0],
        ['libs/cache', 'test', 2, 3, 1, 0],
        ['libs/kit', 'test', 1, 0, 1, 0],
      ],
    );
  });

  it('counts a file that cannot be loaded as a failure, so that a broken suite never passes as empty', () => {
    expect(summary.failures).toContain('libs/kit/src/x.spec.ts');
    expect(summary.totals).toEqual({ passed: 4, failed: 2, skipped: 1 });
  });

  it('names what was not run', () => {
    expect(summary.skipped).toEqual(['libs/cache/test/redis.int-spec.ts: case 0']);
  });

  it('prints one row per project and tier and one per tier', () => {
    expect(table(summary).split('\n')).toHaveLength(2 + 4 + 3);
  });
});

describe('the last line', () => {
  it('is read back as it was written, also after other output', () => {
    const totals = { passed: 12, failed: 0, skipped: 3 };
    expect(parseLastLine(`something\n${lastLine(totals)}\n`)).toEqual(totals);
  });

  it('is only a line that stands alone at the end', () => {
    expect(parseLastLine('1 passed, 0 failed, 0 skipped\nmore')).toBeUndefined();
    expect(parseLastLine('suite: 1 passed, 0 failed, 0 skipped')).toBeUndefined();
  });
});
