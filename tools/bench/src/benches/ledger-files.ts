import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  atLeast,
  atMost,
  type Bench,
  type BenchOptions,
  type Case,
  interleaved,
  p99Us,
  ratioOf,
  reportOf,
  valueOf,
} from '../bench.ts';
import { callers } from '../callers.ts';
import { fullDraft } from '../entries.ts';
import { openFiles } from '../ledgers.ts';
import { perSecond, sample } from '../sample.ts';

const CALLERS = 64;

/** Durable, acknowledged appends of full entries, sequenced meanwhile, beside the same bytes in groups of as many callers. */
export const ledgerFiles: Bench = {
  name: 'ledger-files',
  async run({ quick, folder }: BenchOptions) {
    const entries = quick ? 2_000 : 20_000;
    const ledger = await openFiles(join(folder, 'ledger'), 200);
    const append: Case = {
      name: 'durable acknowledged appends of full entries',
      run: () =>
        sample((latencies) =>
          callers(
            CALLERS,
            entries,
            async () => {
              const session = await ledger.ledger.openSession('acme', { kind: 'service', name: 'bench' });
              return (n) => session.record([fullDraft(n)]);
            },
            latencies,
          ),
        ),
    };
    await append.run();
    const bytes = Math.round(journalBytes(join(folder, 'ledger', 'journal')) / entries);
    const limit = groupCommit(join(folder, 'limit'), bytes, entries);
    const each = oneByOne(join(folder, 'each'), bytes, Math.ceil(entries / 20));
    const rounds = await interleaved([limit, append, each], quick ? 1 : 7);
    await ledger.close();
    return reportOf('ledger-files', rounds, [
      atLeast('appends per second', valueOf(rounds, append.name, perSecond), 10_000),
      atMost('p99, ms', valueOf(rounds, append.name, p99Us) / 1_000, 25),
      atLeast('of the group-commit limit', ratioOf(rounds, append.name, limit.name), 0.25),
      atLeast('of one flush for each entry', ratioOf(rounds, append.name, each.name), 5),
    ]);
  },
};

const journalBytes = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

/** What the disk allows: the same bytes, written and flushed in groups of all callers, and nothing else done. */
function groupCommit(path: string, bytes: number, entries: number): Case {
  return flushes(`group-commit limit: write and fdatasync of ${CALLERS} x ${bytes} bytes`, path, {
    bytes: bytes * CALLERS,
    times: Math.ceil(entries / CALLERS),
    opsEach: CALLERS,
  });
}

const oneByOne = (path: string, bytes: number, entries: number): Case =>
  flushes(`one write and fdatasync for each ${bytes} bytes`, path, { bytes, times: entries, opsEach: 1 });

function flushes(
  name: string,
  path: string,
  { bytes, times, opsEach }: { readonly bytes: number; readonly times: number; readonly opsEach: number },
): Case {
  const group = randomBytes(bytes);
  return {
    name,
    run: async () => {
      const file = await open(path, 'w');
      const taken = await sample(async (latencies) => {
        for (let n = 0; n < times; n++) {
          const startedMs = performance.now();
          await file.write(group, 0, group.length, n * group.length);
          await file.datasync();
          latencies.push((performance.now() - startedMs) * 1_000);
        }
        return times * opsEach;
      });
      await file.close();
      return taken;
    },
  };
}
