import { afterAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf, ndjson, openDesk, trail } from '../../test/support/desk.ts';

const desk = openDesk();
afterAll(() => desk.close());

const RULES = `title: User made
id: user-made
level: low
logsource: { product: aws, service: cloudtrail }
detection: { s: { eventName: CreateUser }, condition: s }
---
title: Three users
id: three-users
level: high
correlation:
  type: event_count
  rules: [user-made]
  group-by: [userIdentity.userName]
  timespan: 5m
  condition: { gte: 3 }
`;
const OTHER = `title: Role made
id: role-made
logsource: { product: aws, service: cloudtrail }
detection: { s: { eventName: CreateRole }, condition: s }
`;
const events = ndjson([
  trail(0, 'CreateUser'),
  trail(10, 'CreateRole'),
  trail(20, 'CreateUser', { eventID: 'second' }),
  trail(30, 'CreateUser', { eventID: 'third' }),
]);

describe('normalise', () => {
  it('accounts for every leaf of the records', async () => {
    const odd = trail(0, 'CreateUser', { oddity: 1, resources: [{ ARN: 'x', what: 2 }] });
    const { code } = await desk.call('normalise --from cloudtrail --account account.json', {
      stdin: ndjson([odd, odd]),
    });
    expect(code).toBe(0);
    const account = JSON.parse(readFileSync(join(desk.folder, 'account.json'), 'utf8')) as object;
    expect(account).toMatchObject({ records: 2, unmapped: { oddity: 2 }, dropped: {} });
  });
});

describe('detect', () => {
  const rules = desk.file('rules/one.yml', RULES);

  it('tells matches of correlation rules with all their records, and no other of the rules they refer to', async () => {
    const { code, out } = await desk.call(`detect --rules ${rules} --json`, { stdin: events });
    expect(code).toBe(0);
    expect(linesOf(out)).toEqual([
      {
        rule_id: 'three-users',
        title: 'Three users',
        kind: 'correlation',
        records: [0, 2, 3],
        first: '2026-01-01T00:00:00.000Z',
        last: '2026-01-01T00:00:30.000Z',
        group: { 'userIdentity.userName': 'eve' },
      },
    ]);
  });

  it('tells every match of every detection rule without correlation', async () => {
    desk.file('rules/sub/two.yaml', OTHER);
    const { out } = await desk.call('detect --rules rules --no-correlation --json', { stdin: events });
    expect(linesOf(out).map(({ rule_id: id, kind, records }) => [id, kind, records])).toEqual([
      ['user-made', 'detection', [0]],
      ['role-made', 'detection', [1]],
      ['user-made', 'detection', [2]],
      ['user-made', 'detection', [3]],
    ]);
    const named = await desk.call('detect --rules rules/one.yml rules/sub/two.yaml --no-correlation --json', {
      stdin: events,
    });
    expect(named.out).toBe(out);
  });

  it('lays the same out for a person', async () => {
    const { out } = await desk.call('detect --rules rules', { stdin: events });
    expect(out).toBe(
      '2026-01-01T00:00:10.000Z  detection  Role made  records 1\n' +
        '2026-01-01T00:00:00.000Z to 2026-01-01T00:00:30.000Z  correlation  Three users  userIdentity.userName=eve  records 0, 2, 3\n',
    );
  });

  it('is the same however the records arrive in time', async () => {
    const shuffled = ndjson([
      trail(30, 'CreateUser', { eventID: 'third' }),
      trail(0, 'CreateUser'),
      trail(20, 'CreateUser', { eventID: 'second' }),
    ]);
    const [match] = linesOf((await desk.call(`detect --rules ${rules} --json`, { stdin: shuffled })).out);
    expect(match).toMatchObject({ records: [0, 1, 2], first: '2026-01-01T00:00:00.000Z' });
  });

  it('fails on a match only when asked to', async () => {
    const none = ndjson([trail(0, 'GetUser')]);
    expect((await desk.call(`detect --rules ${rules} --fail-on match`, { stdin: events })).code).toBe(1);
    expect((await desk.call(`detect --rules ${rules} --fail-on match`, { stdin: none })).code).toBe(0);
  });

  it('takes the rules that come with the product', async () => {
    const stop = trail(0, 'StopLogging', { eventSource: 'cloudtrail.amazonaws.com' });
    const { out } = await desk.call('detect --json', { stdin: ndjson([stop]) });
    expect(linesOf(out).map(({ records }) => records)).toContainEqual([0]);
  });

  it('names the file of rules that cannot be taken, and goes on with the others', async () => {
    desk.file('mixed/a.yml', OTHER.replace('eventName', 'eventName|frob'));
    desk.file('mixed/b.yml', OTHER);
    desk.file('mixed/c.yml', RULES.split('---')[1] ?? '');
    const { code, out, err } = await desk.call('detect --rules mixed --json', { stdin: events });
    expect(linesOf(out).map(({ rule_id: id }) => id)).toEqual(['role-made']);
    expect(err).toContain('rules mixed/a.yml: ');
    expect(err).toContain('rules mixed/c.yml: ');
    expect(err).toContain('2 rule files skipped');
    expect(code).toBe(4);
  });

  it.each([
    ['frob.yml', OTHER.replace('eventName', 'eventName|frob'), '--rules frob.yml: rule "Role made"'],
    ['yaml.yml', 'a: [', '--rules yaml.yml: rule "document 1"'],
    ['none.yml', 'title: x', '--rules none.yml: rule "document 1"'],
    ['twice.yml', `${OTHER}---\n${OTHER}`, '--rules twice.yml: rule "Role made", id: the id "role-made" is used twice'],
  ])('cannot be used with %s alone', async (name, text, why) => {
    desk.file(name, text);
    const { code, err } = await desk.call(`detect --rules ${name}`, { stdin: events });
    expect(code).toBe(2);
    expect(err).toContain(why);
  });

  it('cannot use two files that claim one id', async () => {
    desk.file('same/a.yml', OTHER);
    desk.file('same/b.yml', OTHER);
    const { code, err } = await desk.call('detect --rules same', { stdin: events });
    expect(code).toBe(2);
    expect(err).toContain('the id "role-made" is used twice');
  });
});

describe('correlate', () => {
  it('ranks incidents whose records are all reachable through their findings', async () => {
    const other = { userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/bob', userName: 'bob' } };
    const stdin = events + ndjson([trail(50, 'CreateRole', { ...other, eventID: 'bob' })]);
    const { code, out } = await desk.call('correlate --rules rules --json', { stdin });
    expect(code).toBe(0);
    const incidents = linesOf(out);
    expect(incidents.map(({ rank, records_count: count }) => [rank, count])).toEqual([
      [1, 4],
      [2, 1],
    ]);
    expect(incidents[0]).toMatchObject({
      band: expect.any(String),
      first: '2026-01-01T00:00:00.000Z',
      last: '2026-01-01T00:00:30.000Z',
      entities: expect.arrayContaining([{ type: 'identity', id: 'arn:aws:iam::111122223333:user/eve' }]),
      reason: expect.arrayContaining([expect.stringContaining('2 findings of 2 rules')]),
    });
    const reached = incidents[0]?.['findings'].flatMap(({ records }: { records: number[] }) => records) as number[];
    expect(reached.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  });

  it('shows the best only, for a person too', async () => {
    const { out } = await desk.call('correlate --rules rules --top 1', { stdin: events });
    expect(out).toMatch(/^1\. Three users and 1 more \(\d+(\.\d+)?, \w+\)\n/);
    expect(out).toContain('- Three users: records 0, 2, 3');
    expect((await desk.call('correlate --rules rules --top 0', { stdin: events })).out).toBe('');
  });

  it('fails on a finding only when asked to', async () => {
    expect((await desk.call('correlate --rules rules --fail-on finding', { stdin: events })).code).toBe(1);
  });
});

describe('score', () => {
  const findings = ndjson([
    { id: 'f', level: 'high', techniques: ['T1'], count: 3, exposure: 1 },
    { id: 'v', cve: 'CVE-1', cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'], kev: true, epss: 0.9 },
    { level: 'high' },
  ]);

  it('adds its points up to the score, and passes over what has no id', async () => {
    const { code, out, err } = await desk.call('score --json', { stdin: findings });
    expect(code).toBe(4);
    expect(err).toContain('record 2 (-): must have required properties id');
    const scores = linesOf(out);
    expect(scores.map(({ id, band }) => [id, band])).toEqual([
      ['f', 'high'],
      ['v', 'critical'],
    ]);
    for (const { score, terms } of scores)
      expect((terms as { points: number }[]).reduce((sum, { points }) => sum + points, 0)).toBe(score);
  });

  it('says to a person what makes the score, and what would lower it', async () => {
    const { out } = await desk.call('score', { stdin: findings });
    expect(out).toMatch(/^f: [\d.]+ high, confidence [\d.]+\n {2}term +value +weight +points\n/);
    expect(out).toContain('medium (');
    expect(out).toContain('not known: ');
  });
});
