import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import { seed } from '@dmitry/kit/testing';
import { createMemoryLedger } from '../../memory/index.ts';
import { createTrustFile, exportBundle, verifyBundle } from '../index.ts';

const clock = new ManualClock();
const service = { kind: 'service', name: 's' } as const;
const types = fc.constantFrom('intent', 'decision', 'evidence', 'config');
const bundles: { readonly bytes: Uint8Array; readonly trust: unknown; readonly since: string }[] = [];

beforeAll(async () => {
  for (const count of [1, 3]) {
    const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, `flip ${count}`) });
    for (let n = 0; n < count; n++) {
      const session = await memory.ledger.openSession('acme', service);
      await session.record([{ type: 'decision', committed: { finding: n }, facts: { text: 'ä€😀' } }]);
      await session.seal();
    }
    const since = (await memory.reader('acme').checkpoints(10))[0]?.note as string;
    const source = { tenant: 'acme', reader: memory.reader('acme'), ledger: memory.ledger, database: memory.database };
    const bytes = await exportBundle(source, { kind: 'all' }, { since: [since], disclose: 'all' });
    bundles.push({ bytes, trust: createTrustFile({ logs: [memory.signer('acme').verifierKey] }), since });
  }
});

describe('verifying a bundle', () => {
  it('finds every bit that was flipped', () => {
    fc.assert(
      fc.property(fc.nat(1), fc.nat(), fc.nat(7), (which, at, bit) => {
        const { bytes, trust, since } = bundles[which] as (typeof bundles)[number];
        expect(verifyBundle(bytes, { trust, since: [since] }).ok).toBe(true);
        const flipped = Uint8Array.from(bytes);
        const place = at % flipped.length;
        flipped[place] = (flipped[place] as number) ^ (1 << bit);
        const report = verifyBundle(flipped, { trust, since: [since] });
        expect(report.ok).toBe(false);
        expect(report.faults.length).toBeGreaterThan(0);
      }),
      { seed: seed(), numRuns: 600 },
    );
  });

  it('finds every byte that was replaced, inserted or cut', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(3), fc.uint8Array({ maxLength: 3 }), (at, cut, insert) => {
        const { bytes, trust } = bundles[1] as (typeof bundles)[number];
        const place = at % bytes.length;
        const changed = Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + cut)]);
        fc.pre(Buffer.compare(changed, bytes) !== 0);
        expect(verifyBundle(changed, { trust }).ok).toBe(false);
      }),
      { seed: seed(), numRuns: 300 },
    );
  });

  it('answers with a report whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        fc.anything(),
        fc.array(fc.string()),
        (bytes, trust, since) => {
          expect(verifyBundle(bytes, { trust, since }).ok).toBe(false);
        },
      ),
      { seed: seed(), numRuns: 200 },
    );
  });

  it('passes for sessions appended in any order, side by side', async () => {
    const step = fc.record({
      session: fc.nat(3),
      drafts: fc.array(types, { minLength: 1, maxLength: 3 }),
      rollback: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.string(), async (steps, name) => {
        const memory = createMemoryLedger({ clock, ids: new SeededIds(clock, name), sequencing: 'manual' });
        const sessions = await Promise.all([0, 1, 2, 3].map(() => memory.ledger.openSession('acme', service)));
        await Promise.allSettled(
          steps.map(({ session, drafts, rollback }) =>
            memory.database.tenant('acme', async (tx) => {
              await sessions[session]?.append(
                tx,
                drafts.map((type) => ({ type })),
              );
              if (rollback) throw new Error('rolled back');
            }),
          ),
        );
        for (const session of sessions) await session.seal();
        await memory.sequencer.round();
        if (!(await memory.reader('acme').checkpoint())) return;
        const bytes = await exportBundle(
          { tenant: 'acme', reader: memory.reader('acme'), ledger: memory.ledger, database: memory.database },
          { kind: 'all' },
        );
        expect(
          verifyBundle(bytes, { trust: createTrustFile({ logs: [memory.signer('acme').verifierKey] }) }),
        ).toMatchObject({ ok: true });
      }),
      { seed: seed(), numRuns: 30 },
    );
  });
});
