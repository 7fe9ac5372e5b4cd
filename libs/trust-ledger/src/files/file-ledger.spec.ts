import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { Tx } from '@dmitry/storage';
import { describeLedgerContract } from '../testing/index.ts';
import { openFileLedger } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'trust-ledger-journal-'));
afterAll(() => rmSync(root, { recursive: true }));

describeLedgerContract('files', async () => {
  const clock = new ManualClock();
  const ids = new SeededIds(clock, 'files contract');
  const [pseudonymKey, signerSeed, masterKey] = [ids.bytes(32), ids.bytes(32), ids.bytes(32)];
  const files = await openFileLedger({
    folder: join(root, 'contract'),
    deployment: 'test.example',
    pseudonymKey,
    signerSeed,
    masterKey,
    clock,
    ids,
    sequenceEveryMs: null,
  });
  return { ...files, clock, eraseKeys: (tx: Tx) => files.dataKeys.erase(tx) };
});
