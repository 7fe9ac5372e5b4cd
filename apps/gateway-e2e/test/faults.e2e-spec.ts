import { describe, expect, it } from '@jest/globals';
import { incidentEvents, securityEvent } from '@dmitry/harness';
import { describeGateway, problemIn } from './support/gateway.ts';

describeGateway('faults over HTTP', (suite) => {
  const submit = async (...records: object[]) =>
    suite.call('POST', '/v1/events', { token: await suite.token(['service']), body: { records } });

  it('a write whose outcome got lost is said to be unknown, and sent again takes effect once', async () => {
    const { database } = suite.fleet;
    // ends the connection while its COMMIT is under way, as a failover would
    await database.query(`
      CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$`);
    await database.query(`
      CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON inbox DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.id = 'cut-1') EXECUTE FUNCTION cut()`);
    const cut = await submit(securityEvent('cut-1'));
    expect(problemIn(cut)).toBe('storage.commit_unknown');
    expect(cut.status).toBe(503);
    expect(cut.json.detail).toMatch(/known|look/i);
    await database.query('DROP TRIGGER cut ON inbox');
    expect((await submit(securityEvent('cut-1'))).json).toMatchObject({ accepted: 1 });
    expect((await submit(securityEvent('cut-1'))).json).toMatchObject({ duplicates: 1 });
  });

  it('a ledger that nobody sequences takes nothing new after ten seconds, and says that it may come again', async () => {
    const token = await suite.token(['auditor']);
    const { database } = suite.fleet;
    await submit(...incidentEvents()); // what becomes findings is in the ledger
    await database.query('UPDATE ledger_pending SET since_ms = since_ms - 60000');
    const refused = await submit(securityEvent('waits-2'));
    expect(problemIn(refused)).toBe('ledger.backlog');
    expect(refused.status).toBe(503);
    const reads = await suite.call('GET', '/v1/events?limit=200', { token });
    expect(reads.json.items.map(({ id }: { id: string }) => id)).not.toContain('waits-2');
    await database.query('UPDATE ledger_pending SET since_ms = since_ms + 60000');
    expect((await submit(securityEvent('waits-2'))).json).toMatchObject({ accepted: 1 });
  });

  describe('a text that no store can keep', () => {
    it.each([
      ['GET', '/v1/events/%00/x'],
      ['GET', '/v1/events?after=%00'],
      ['GET', '/v1/approvals/a%00b'],
      ['GET', '/v1/ledger/tile/0/%00'],
      ['GET', '/v1/dead-letters?code=%00'],
    ])('is a fault of the caller: %s %s', async (method, path) => {
      const token = await suite.token(['auditor', 'operator']);
      expect(problemIn(await suite.call(method, path, { token }))).toBe('request.invalid');
    });

    it('is one in a body too, but a record of a stranger is taken with it replaced', async () => {
      const token = await suite.token(['approver', 'analyst']);
      const confirm = await suite.call('POST', '/confirm', { token, body: { actionId: 'a\0b' } });
      expect(problemIn(confirm)).toBe('request.invalid');
      expect(confirm.json.errors).toMatchObject([{ in: 'body', pointer: '/actionId' }]);
      const { json } = await submit(securityEvent('strange-1', { note: 'a\0b' }));
      expect(json).toMatchObject({ accepted: 1 });
    });
  });

  it('bytes that are not UTF-8 are refused, not read as something else', async () => {
    const body = Buffer.concat([Buffer.from('{"message":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    const answer = await suite.call('POST', '/chat', { token: await suite.token(['analyst']), body });
    expect(problemIn(answer)).toBe('request.malformed');
  });
});
