import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@dmitry/kit';
import { loadConfig } from '@dmitry/kit/config';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { createHttpClient } from '@dmitry/outbound/http';
import { createEd25519Cosigner } from '../core/index.ts';
import { ledgerConfig, ledgerOptionsOf, sequenceOptionsOf } from './index.ts';

const env = {
  NODE_ENV: 'test',
  DMITRY_DEPLOYMENT: 'dmitry.example.com',
  DMITRY_PSEUDONYM_KEY: '01'.repeat(32),
  DMITRY_SIGNER_SEED: '02'.repeat(32),
};

describe('the configuration of the ledger', () => {
  it('gives the module its keys as bytes, the retiring seed only while keys change', () => {
    const options = ledgerOptionsOf(loadConfig([ledgerConfig], env).ledger);
    expect(options).toEqual({
      deployment: 'dmitry.example.com',
      pseudonymKey: Buffer.alloc(32, 1),
      signerSeed: Buffer.alloc(32, 2),
    });
    const changing = loadConfig([ledgerConfig], { ...env, DMITRY_RETIRING_SIGNER_SEED: '03'.repeat(32) });
    expect(ledgerOptionsOf(changing.ledger)).toMatchObject({ retiringSeed: Buffer.alloc(32, 3) });
  });

  it('keeps checkpoints in a folder where one is named, and asks the witnesses of a policy file', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'ledger-config-')), 'witnesses.policy');
    const clock = new ManualClock();
    const cosigner = createEd25519Cosigner('witness.example/w1', new Uint8Array(32).fill(9));
    writeFileSync(path, `witness w1 ${cosigner.verifierKey} https://witness.example/\nquorum w1\n`);
    const { ledger } = loadConfig([ledgerConfig], {
      ...env,
      DMITRY_CHECKPOINT_DIR: '/var/kept',
      LEDGER_WITNESSES: path,
    });
    expect(ledgerOptionsOf(ledger).keeper).toBeDefined();
    const asked: string[] = [];
    const open = (baseUrl: string) => {
      asked.push(baseUrl);
      return createHttpClient({ service: 'witness', baseUrl, clock, ids: new SeededIds(clock, 'config') });
    };
    const sequence = sequenceOptionsOf(ledger, { open, logger: silentLogger });
    expect([asked, sequence.cosigner?.keys, sequence.logOfLogs]).toEqual([
      ['https://witness.example/'],
      [cosigner.key],
      true,
    ]);
    writeFileSync(path, 'quorum w1\n');
    expect(() => sequenceOptionsOf(ledger, { open, logger: silentLogger })).toThrow(/LEDGER_WITNESSES/);
    expect(sequenceOptionsOf(loadConfig([ledgerConfig], env).ledger, { open, logger: silentLogger })).toEqual({
      logOfLogs: true,
    });
  });

  it('does not take a seed that is too short', () => {
    expect(() => loadConfig([ledgerConfig], { ...env, DMITRY_RETIRING_SIGNER_SEED: 'abc' })).toThrow(
      expect.objectContaining({ code: 'config.invalid' }),
    );
  });
});
