// Before and after all suites of a run: a folder in which each notes what it has exercised.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function prepare() {
  process.env.GATEWAY_TRAFFIC = mkdtempSync(join(tmpdir(), 'dmitry-gateway-traffic-'));
  process.once('exit', () => rmSync(process.env.GATEWAY_TRAFFIC, { recursive: true, force: true }));
}
