import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import type { Bundle, TrustFile, VerifyReport } from '@dmitry/contracts';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { seed } from '@dmitry/kit/testing';
import {
  createEd25519Cosigner,
  createMlDsaCosigner,
  createTrustFile,
  exportBundle,
  formatSignedNote,
  parseSignedNote,
  verifyBundle,
} from '../src/core/index.ts';
import { createMemoryLedger } from '../src/memory/index.ts';

const clock = new ManualClock();
const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, 'page') });
const cosigners = [
  createEd25519Cosigner('w1.example', new Uint8Array(32).fill(1)),
  createMlDsaCosigner('w1.example', new Uint8Array(32).fill(2)),
];
let page = '';
let bytes: Uint8Array;
let trust: TrustFile;
let since = '';
/** The page's own verifier, in a world with nothing of Node and without `eval`, as its policy demands. */
let verifyInPage: (bundle: Uint8Array, options?: { trust?: string; since?: readonly string[] }) => VerifyReport;

/** An HTML attribute or element's text, between two marks. */
const between = (start: string, end: string): string => {
  const from = page.indexOf(start) + start.length;
  return page.slice(from, page.indexOf(end, from));
};

beforeAll(async () => {
  for (const text of ['ä€😀', 'two']) {
    const session = await memory.ledger.openSession('acme', { kind: 'service', name: 'gateway' });
    await session.record([{ type: 'decision', facts: { text }, committed: { finding: 7 } }]);
    await session.seal();
    since ||= (await memory.reader('acme').checkpoint())?.note ?? '';
  }
  const reader = memory.reader('acme');
  const source = { tenant: 'acme', reader, ledger: memory.ledger, database: memory.database };
  const bundle = await exportBundle(source, { kind: 'all' }, { since: [since], disclose: 'all' });
  const parsed = JSON.parse(Buffer.from(bundle).toString()) as Bundle;
  const { text, signatures } = parseSignedNote(parsed.checkpoint);
  const note = formatSignedNote({ text, signatures: [...signatures, ...cosigners.map((one) => one.cosign(text, 7))] });
  bytes = Buffer.from(Buffer.from(bundle).toString().replace(JSON.stringify(parsed.checkpoint), JSON.stringify(note)));
  trust = createTrustFile({
    logs: [memory.signer('acme').verifierKey],
    witnesses: { a: cosigners[0]?.verifierKey ?? '', b: cosigners[1]?.verifierKey ?? '' },
  });
  const build = fileURLToPath(new URL('../verifier-page/build.mjs', import.meta.url));
  page = execFileSync(process.execPath, [build, '--print'], { encoding: 'utf8', maxBuffer: 1 << 24 });
  const world = vm.createContext({ TextEncoder, TextDecoder }, { codeGeneration: { strings: false, wasm: false } });
  vm.runInContext(between('<script>', '</script>'), world);
  const run = vm.runInContext(
    '(bytes, options) => JSON.stringify(dmitryVerifier.verify(Uint8Array.from(bytes), JSON.parse(options)))',
    world,
  ) as (bundle: readonly number[], options: string) => string;
  verifyInPage = (bundle, options = {}) => JSON.parse(run([...bundle], JSON.stringify(options))) as VerifyReport;
});

describe('the verifier as one HTML page', () => {
  it('is self-contained: its policy allows its own script and style and no connection, and nothing else is in it', () => {
    const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1] ?? '';
    const allowed = new Map(policy.split('; ').map((rule) => rule.split(' ') as [string, string]));
    expect(allowed.get('default-src')).toBe("'none'");
    expect(allowed.get('script-src')).toBe(hashOf(between('<script>', '</script>')));
    expect(allowed.get('style-src')).toBe(hashOf(between('<style>', '</style>')));
    expect(page.match(/<script|<link|<img|<iframe|\ssrc=|url\(/g)).toEqual(['<script']);
    expect(page).not.toMatch(/from "|require\(|import\(/);
  });

  it('gives the same report as the library for what is good: log, witnesses, earlier checkpoint', () => {
    const report = verifyInPage(bytes, { trust: JSON.stringify(trust), since: [since] });
    expect(report).toEqual(verifyBundle(bytes, { trust, since: [since] }));
    expect(report).toMatchObject({ ok: true, verdicts: { witnessed: 'pass', signer: 'pass', consistency: 'pass' } });
  });

  it('says no without a trust file, and to one that is none', () => {
    expect(verifyInPage(bytes)).toEqual(verifyBundle(bytes));
    expect(verifyInPage(bytes, { trust: 'no json' }).faults.map(({ code }) => code)).toEqual(['trust_invalid']);
    const other = createTrustFile({ logs: [memory.signer('other').verifierKey] });
    expect(verifyInPage(bytes, { trust: JSON.stringify(other) })).toEqual(verifyBundle(bytes, { trust: other }));
  });

  it('gives the same report as the library for every bundle that was tampered with', () => {
    const text = JSON.stringify(trust);
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, cut) => {
        const changed = Uint8Array.from(bytes);
        const place = at % changed.length;
        changed[place] = (changed[place] as number) ^ change;
        const tampered = cut ? changed.subarray(0, place) : changed;
        const report = verifyInPage(tampered, { trust: text, since: [since] });
        const expected = verifyBundle(tampered, { trust, since: [since] });
        expect(report.ok).toBe(false);
        expect(report.verdicts).toEqual(expected.verdicts);
        expect(report.faults.map(({ code }) => code)).toEqual(expected.faults.map(({ code }) => code));
      }),
      { seed: seed(), numRuns: 60 },
    );
  });

  it('answers whatever it is given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.string(), (garbage, since) => {
        expect(verifyInPage(garbage, { trust: JSON.stringify(trust), since: [since] }).ok).toBe(false);
        expect(verifyInPage(bytes, { trust: JSON.stringify(trust), since: [since] }).ok).toBe(false);
      }),
      { seed: seed(), numRuns: 10 },
    );
  });
});
