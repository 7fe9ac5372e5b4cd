import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@dmitry/kit/config';
import { neighbourOptionsOf, neighboursConfig } from './index.ts';

const addresses = { PLATFORM_URL: 'http://platform', PDRI_URL: 'http://pdri', AEGIS_URL: 'https://aegis' };

describe('neighbours from the environment', () => {
  it('are called with their own token, where they have one', () => {
    const { neighbours } = loadConfig([neighboursConfig], {
      ...addresses,
      PDRI_API_KEY: 'k-1',
      NODE_ENV: 'production',
    });
    const options = neighbourOptionsOf(neighbours);
    expect(options.platform).toEqual({ baseUrl: 'http://platform' });
    expect(options.pdri.authorization?.()).toBe('Bearer k-1');
    expect(JSON.stringify(options)).not.toContain('k-1');
  });

  it('must all be named, by an address', () => {
    const wrong = { ...addresses, AEGIS_URL: 'aegis:9000', NODE_ENV: 'production' };
    expect(() => loadConfig([neighboursConfig], wrong)).toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });
});
