import { describe, expect, it } from '@jest/globals';
import { ChatCitation, digestOf, parseWith } from '@dmitry/contracts';
import { ManualClock, SeededIds } from '@dmitry/kit/memory';
import type { CallOutcome } from '@dmitry/outbound';
import { createMemoryLedger } from '@dmitry/trust-ledger/memory';
import { createCallRecorder } from '@dmitry/trust-ledger/outbound';
import { chatCitations } from './index.ts';

const intent = {
  service: 'platform',
  operation: 'risk-findings.get',
  effect: 'read',
  request: { path: '/x' },
} as const;

async function ledgerOf(tenant: string) {
  const clock = new ManualClock();
  const { ledger, database } = createMemoryLedger({ clock, ids: new SeededIds(clock, 'citations') });
  const session = await ledger.openSession(tenant, { kind: 'analyst', name: 'analyst' });
  const recorder = createCallRecorder(session, { database });
  const called = async (outcome: Partial<CallOutcome>) => {
    const entry = await recorder.intent(intent);
    return recorder.outcome(entry, intent, {
      status: 'success',
      latencyMs: 12.4,
      attempts: 1,
      response: { total: 1 },
      ...outcome,
    });
  };
  const citations = (ids: readonly string[], as = tenant) =>
    database.tenant(as, (tx) => chatCitations(ledger, tx, ids));
  return { session, called, citations };
}

describe('chatCitations', () => {
  it('shows a call as its hashes, under the id that the analyst cites', async () => {
    const { called, citations, session } = await ledgerOf('acme');
    const id = await called({});
    const [stored] = [(await citations([id])).get(id)];
    expect(parseWith(ChatCitation, stored)).toMatchObject({ ok: true });
    expect(stored).toMatchObject({
      call_id: id,
      endpoint: 'platform:risk-findings.get',
      status: 'success',
      latency_ms: 12,
    });
    expect(stored?.args_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(stored?.response_hash).not.toBe(stored?.args_hash);
    expect(session.tenant).toBe('acme');
  });

  it('says how a call ended', async () => {
    const { called, citations } = await ledgerOf('acme');
    const ids = [await called({ status: 'timeout', response: undefined }), await called({ status: 'refused' })];
    const found = await citations(ids);
    expect(ids.map((id) => found.get(id)?.status)).toEqual(['timeout', 'error']);
  });

  it('shows an evidence entry by the digest of the entry itself', async () => {
    const { session, citations } = await ledgerOf('acme');
    const [evidence] = await session.record([{ type: 'evidence', facts: { rule: 'r-1' } }]);
    const found = await citations([evidence?.id ?? '']);
    expect(found.get(evidence?.id ?? '')).toMatchObject({
      endpoint: 'ledger:evidence',
      args_hash: digestOf(evidence?.entry),
    });
  });

  it('has nothing for ids that are not of this tenant', async () => {
    const { called, citations } = await ledgerOf('acme');
    const id = await called({});
    expect((await citations([id], 'other')).size).toBe(0);
    expect((await citations([])).size).toBe(0);
  });
});
