import type { BundleEntry } from '@dmitry/contracts';
import { ClockWatch } from '../entry/clock-watch.ts';
import { referencesOf } from '../entry/references.ts';
import { fault, type VerifyFault } from './verify-faults.ts';

interface Numbered {
  readonly at: number;
  readonly seq: number;
  readonly entry: BundleEntry['entry'];
}

/** A sealed session is whole: its numbers run from 0 in the order of the log, the seal is the last and counts those before it. */
export function verifySessions(entries: readonly BundleEntry[]): VerifyFault[] {
  const numbered = entries.map(({ entry }, at): Numbered => ({ at, seq: entry.session.seq, entry }));
  const sessions = Map.groupBy(numbered, ({ entry }) => entry.session.id);
  return [
    ...[...sessions.values()].flatMap((session) => verifySession(session) ?? []),
    ...verifyTimes(entries),
    ...verifyReferences(entries),
  ];
}

function verifyTimes(entries: readonly BundleEntry[]): VerifyFault[] {
  const clock = new ClockWatch();
  return entries.flatMap(({ entry }, at) => {
    const byMs = clock.see(entry.time);
    const message = `its time ${entry.time} is ${byMs} ms before that of an entry in front of it`;
    return byMs === 0 ? [] : [fault('clock_rollback', `/entries/${at}/entry/time`, message)];
  });
}

/** What an entry rests on comes along (promise P3): a decision without its evidence proves nothing. */
function verifyReferences(entries: readonly BundleEntry[]): VerifyFault[] {
  const ids = new Set(entries.map(({ entry }) => entry.id));
  return entries.flatMap(({ entry }, at) => {
    const missing = referencesOf(entry).filter((id) => !ids.has(id));
    return missing.length === 0
      ? []
      : [fault('reference_missing', `/entries/${at}/entry/refs`, `${missing.join(', ')}: not in the bundle`)];
  });
}

function verifySession(session: readonly Numbered[]): VerifyFault | null {
  const first = session[0] as Numbered;
  const last = session.at(-1) as Numbered;
  const where = `/entries/${first.at}/entry/session`;
  const name = `session ${first.entry.session.id}`;
  const missing = firstMissing(session);
  if (missing !== null) return fault('session_gap', where, `${name}: number ${missing} is not in the bundle`);
  const wrong = session.find(({ seq }, n) => seq !== n);
  if (wrong)
    return fault(
      'session_order',
      `/entries/${wrong.at}/entry/session`,
      `${name}: number ${wrong.seq} is twice or out of order`,
    );
  const early = session.find(({ entry }, n) => entry.type === 'seal' && n < session.length - 1);
  if (early) return fault('session_order', `/entries/${early.at}`, `${name}: entries stand after the seal`);
  if (last.entry.type !== 'seal')
    return fault('session_open', where, `${name}: there is no seal, so nobody knows whether the tail is cut`);
  if (last.entry.facts['entries'] !== last.seq)
    return fault(
      'session_count',
      `/entries/${last.at}`,
      `${name}: the seal counts ${String(last.entry.facts['entries'])} entries, ${last.seq} are there`,
    );
  return null;
}

/** The lowest number that nobody has, if a higher one is there. Looks no further than there are entries: numbers are the sender's to choose. */
function firstMissing(session: readonly Numbered[]): number | null {
  const seqs = new Set(session.map(({ seq }) => seq));
  for (let seq = 0; seq < session.length; seq++)
    if (!seqs.has(seq)) return session.some((one) => one.seq > seq) ? seq : null;
  return null;
}
