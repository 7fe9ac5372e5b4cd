import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@dmitry/kit/config';
import { ledgerConfig, ledgerOptionsOf } from './index.ts';

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

  it('does not take a seed that is too short', () => {
    expect(() => loadConfig([ledgerConfig], { ...env, DMITRY_RETIRING_SIGNER_SEED: 'abc' })).toThrow(
      expect.objectContaining({ code: 'config.invalid' }),
    );
  });
});
