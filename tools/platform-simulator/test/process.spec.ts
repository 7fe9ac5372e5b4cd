import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { provesSimulator } from '../src/index.ts';

describe('the built simulator as a process', () => {
  it('prints its address, proves itself, takes its settings and stops on SIGTERM', async () => {
    const main = path.join(import.meta.dirname, '../dist/main.js');
    const child = spawn(process.execPath, [main, '--port', '0'], {
      env: { ...process.env, SIMULATOR_ADMIN_TOKEN: 'token-EXAMPLE', NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const { url } = JSON.parse(line.toString('utf8')) as { url: string };
      expect(await provesSimulator(url, (address) => fetch(address))).toBe(true);
      const knobs = await fetch(`${url}/simulator/knobs`, { headers: { authorization: 'Bearer token-EXAMPLE' } });
      expect(knobs.status).toBe(200);
      await knobs.arrayBuffer();
    } finally {
      child.kill('SIGTERM');
    }
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
  }, 20_000);
});
