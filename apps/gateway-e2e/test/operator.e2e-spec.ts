import { expect, it } from '@jest/globals';
import { describeGateway, problemIn, OTHER_TENANT } from './support/gateway.ts';

describeGateway('the predecessor’s operator endpoints', (suite) => {
  const as = async (...roles: Parameters<typeof suite.token>[0]) => ({ token: await suite.token(roles) });

  it('/mode sets the tenant’s mode, takes the aliases, and leaves other tenants alone', async () => {
    const set = await suite.call('POST', '/mode', { ...(await as('operator')), body: { mode: 'Architect' } });
    expect({ status: set.status, body: set.json }).toEqual({ status: 200, body: { success: true, mode: 'design' } });
    const status = await suite.call('GET', '/status', await as('analyst'));
    expect(status.json).toMatchObject({ connected: true, mode: 'design', pending_confirmations: 0 });
    const other = await suite.call('GET', '/status', { token: await suite.token(['analyst'], OTHER_TENANT) });
    expect(other.json.mode).toBe('security');
  });

  it('/mode refuses a mode that there is not, and a missing one', async () => {
    for (const body of [{ mode: 'god' }, {}]) {
      const answer = await suite.call('POST', '/mode', { ...(await as('operator')), body });
      expect(problemIn(answer)).toBe('request.invalid');
      expect(typeof answer.json.error).toBe('string');
    }
  });

  it('/confirm of what nobody asked for is not found; without an id it is refused', async () => {
    const confirm = async (body: object) => suite.call('POST', '/confirm', { ...(await as('approver')), body });
    expect(problemIn(await confirm({ actionId: 'nothing', confirmed: true }))).toBe('request.not_found');
    expect(problemIn(await confirm({ confirmed: true }))).toBe('request.invalid');
  });

  it('/confirmations and /logs have the declared members', async () => {
    const waiting = await suite.call('GET', '/confirmations', await as('approver'));
    expect({ status: waiting.status, body: waiting.json }).toEqual({ status: 200, body: { confirmations: [] } });
    await suite.call('POST', '/message', { ...(await as('analyst')), body: { message: 'hello' } });
    const logs = await suite.call('GET', '/logs?limit=5', await as('auditor'));
    expect(logs.status).toBe(200);
    expect(logs.json.total).toBe(logs.json.logs.length);
    expect(logs.json.logs[0]).toMatchObject({
      tool: expect.stringMatching(/^[a-z_-]+\./),
      status: expect.any(String),
      message: expect.any(String),
      time: expect.stringMatching(/^\d\d:\d\d:\d\d$/),
      timestamp: expect.any(String),
    });
    const times = (logs.json.logs as { timestamp: string }[]).map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('/logs with a limit that is no number is a fault of the caller, not a crash', async () => {
    const answer = await suite.call('GET', '/logs?limit=many', await as('auditor'));
    expect(problemIn(answer)).toBe('request.invalid');
    expect(answer.json.errors).toMatchObject([{ pointer: '/limit' }]);
  });

  it('/version names release, build and schema', async () => {
    const answer = await suite.call('GET', '/version');
    expect(answer.json).toMatchObject({ version: '1.2', schema_version: '1.0', build: expect.any(String) });
    expect(answer.json.capabilities).toEqual(expect.arrayContaining(['chat', 'advise']));
  });
});
