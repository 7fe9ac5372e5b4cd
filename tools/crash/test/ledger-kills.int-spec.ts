import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@dmitry/harness';
import { describeWithService, seed } from '@dmitry/kit/testing';
import { killLedger } from '../src/ledger/kill-ledger.ts';

const program = join(import.meta.dirname, '..', 'dist', 'ledger', 'appender.js');

/** Enough for every kind of moment; `npm run crash:ledger -- --full` kills 500 times. */
const KILLS = 12;
const LIMIT_MS = 120_000;

const clean = { kills: KILLS, faults: [] };

describe('a ledger in files whose process is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dmitry-ledger-kills-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it(
    'loses nothing that was acknowledged, signs nothing inconsistent, reports every dangling intent',
    async () => {
      const report = await killLedger({
        kind: 'files',
        at: folder,
        kills: KILLS,
        seed: seed(),
        program,
        examineEvery: 4,
      });
      expect(report).toMatchObject(clean);
      expect(report.acknowledged).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});

describeWithService('postgres', 'a ledger in PostgreSQL whose process is killed', (url) => {
  let own: TestDatabase;
  beforeAll(async () => {
    own = await createTestDatabase(url, `ledger_kills_${randomBytes(4).toString('hex')}`);
  });
  afterAll(() => own.drop());

  it(
    'loses nothing that was acknowledged, signs nothing inconsistent, reports every dangling intent',
    async () => {
      const report = await killLedger({
        kind: 'database',
        at: own.url,
        kills: KILLS,
        seed: seed(),
        program,
        examineEvery: 6,
      });
      expect(report).toMatchObject(clean);
      expect(report.acknowledged).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});
