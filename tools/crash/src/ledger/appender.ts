// Appends until it is killed. Says what was acknowledged and what was signed, one JSON document a line, after the fact.
import { isDmitryError } from '@dmitry/kit';
import type { EntryDraft } from '@dmitry/trust-ledger';
import { type Said, TENANTS } from './said.ts';
import { openSubject, type Subject, type SubjectPlace } from './subject.ts';

const WRITERS = 4;
/** Of so many intents one gets no outcome. */
const DANGLING_EVERY = 5;

const say = (line: Said): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const intent = (n: number): EntryDraft => ({
  type: 'intent',
  facts: { service: 'aegis', operation: 'isolate', effect: 'write' },
  committed: { effect_key: `key-${n}` },
  payload: { n, text: 'x'.repeat(n % 700) },
});

/** A backlog that killed processes left is refused until this one has worked it off: then it is tried again, as any caller would. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDmitryError(error) || error.code !== 'ledger.backlog') throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

async function write(subject: Subject, tenant: string): Promise<never> {
  const session = await patiently(() => subject.ledger.openSession(tenant, { kind: 'service', name: 'crash' }));
  for (let n = 0; ; n++) {
    const [opened] = await patiently(() => session.record([intent(n)]));
    const id = opened?.id ?? '';
    say({ said: 'intent', tenant, id });
    if (n % DANGLING_EVERY === 0) continue;
    const [closed] = await session.record([{ type: 'outcome', refs: { intent: id }, facts: { status: 'success' } }]);
    say({ said: 'outcome', tenant, id: closed?.id ?? '' });
  }
}

async function sign(subject: Subject): Promise<never> {
  const last = new Map<string, string>();
  for (;;) {
    await subject.round();
    for (const tenant of TENANTS) {
      const note = await subject.reader(tenant).checkpointNote();
      if (note === null || note === last.get(tenant)) continue;
      last.set(tenant, note);
      say({ said: 'signed', tenant, note });
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const place = JSON.parse(process.argv[2] ?? '') as SubjectPlace;
const subject = await openSubject(place);
say({ said: 'appending' });
await Promise.all([
  sign(subject),
  ...TENANTS.flatMap((tenant) => Array.from({ length: WRITERS }, () => write(subject, tenant))),
]);
