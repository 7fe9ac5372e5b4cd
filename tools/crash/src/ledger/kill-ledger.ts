import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { randomBytes } from 'node:crypto';
import { seededRandom } from '../random.ts';
import { type Said, TENANTS } from './said.ts';
import { type Acknowledged, examineLedger, type LedgerState } from './examine-ledger.ts';
import { openSubject, type Subject, type SubjectPlace } from './subject.ts';

export interface KillOptions {
  readonly kind: SubjectPlace['kind'];
  readonly at: string;
  readonly kills: number;
  readonly seed: number;
  /** The built program that appends. */
  readonly program: string;
  /** The log is opened and examined after so many kills. @default 10 */
  readonly examineEvery?: number;
}

export interface KillReport {
  readonly kills: number;
  readonly acknowledged: number;
  readonly checkpoints: number;
  readonly entries: number;
  readonly dangling: number;
  readonly faults: readonly string[];
}

/** One kill in so many comes while the program starts and recovers. */
const EARLY_EVERY = 4;
const EARLY_MS = 250;
const LATE_MS = 200;

/** Kills an appending process again and again, and looks at what it left. */
export async function killLedger(options: KillOptions): Promise<KillReport> {
  const { kind, at, kills, seed, examineEvery = 10 } = options;
  const random = seededRandom(seed);
  const [pseudonymKey, signerSeed, masterKey] = [1, 2, 3].map(() => randomBytes(32).toString('hex')) as [
    string,
    string,
    string,
  ];
  const place: SubjectPlace = { kind, at, pseudonymKey, signerSeed, masterKey };
  const known = new Map<string, Acknowledged>(TENANTS.map((tenant) => [tenant, { entries: new Set(), notes: [] }]));
  const faults: string[] = [];
  let states: readonly LedgerState[] = [];
  let done = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const early = kill % EARLY_EVERY === 0;
    const afterMs = random.integer(1, early ? EARLY_MS : LATE_MS);
    const fault = await runAndKill(options.program, place, { early, afterMs }, known);
    if (fault) faults.push(`kill ${kill}: ${fault}`);
    else done += 1;
    if (kill % examineEvery === 0 || kill === kills) {
      states = await examine(place, known);
      faults.push(...states.flatMap((state) => state.faults).map((one) => `kill ${kill}: ${one}`));
    }
    if (faults.length > 0) break;
  }
  const total = (of: (one: LedgerState) => number): number => states.reduce((sum, one) => sum + of(one), 0);
  const all = [...known.values()];
  return {
    kills: done,
    acknowledged: all.reduce((sum, { entries }) => sum + entries.size, 0),
    checkpoints: all.reduce((sum, { notes }) => sum + notes.length, 0),
    entries: total(({ entries }) => entries),
    dangling: total(({ dangling }) => dangling),
    faults,
  };
}

/** @returns what the program complained of before it was killed, if anything */
function runAndKill(
  program: string,
  place: SubjectPlace,
  when: { readonly early: boolean; readonly afterMs: number },
  known: ReadonlyMap<string, Acknowledged>,
): Promise<string | null> {
  const child = spawn(process.execPath, [program, JSON.stringify(place)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const killSoon = (): void => void setTimeout(() => child.kill('SIGKILL'), when.afterMs);
  if (when.early) killSoon();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = readLine(line);
    if (said?.said === 'appending' && !when.early) killSoon();
    if (said) note(said, known);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal === 'SIGKILL' ? null : `ended with ${code}: ${complaint}`));
  });
}

/** A line that the kill cut short says nothing. */
function readLine(line: string): Said | null {
  try {
    return JSON.parse(line) as Said;
  } catch {
    return null;
  }
}

function note(said: Said, known: ReadonlyMap<string, Acknowledged>): void {
  if (said.said === 'appending') return;
  const tenant = known.get(said.tenant);
  if (said.said === 'signed') tenant?.notes.push(said.note);
  else tenant?.entries.add(said.id);
}

async function examine(place: SubjectPlace, known: ReadonlyMap<string, Acknowledged>): Promise<LedgerState[]> {
  const subject = await openSubject(place);
  try {
    await signAll(subject);
    const states: LedgerState[] = [];
    for (const [tenant, acknowledged] of known) states.push(await examineLedger(subject, tenant, acknowledged));
    return states;
  } finally {
    await subject.close();
  }
}

/** Rounds until nothing waits; the lease of the process that was killed may have to expire first. */
async function signAll(subject: Subject): Promise<void> {
  const waiting = (): Promise<(number | null)[]> =>
    Promise.all(
      TENANTS.map((tenant) =>
        subject.database.tenant(tenant, async (tx) => {
          const [newest] = await subject.ledger.list(tx, { newestFirst: true, limit: 1 });
          return newest && newest.index === null ? 1 : null;
        }),
      ),
    );
  for (;;) {
    const included = await subject.round();
    if (included === 0 && (await waiting()).every((one) => one === null)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
