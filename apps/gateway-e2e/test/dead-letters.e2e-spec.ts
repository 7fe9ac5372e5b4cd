import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '@dmitry/contracts';
import { eventually, type Json, securityEvent } from '@dmitry/harness';
import { describeGateway, OTHER_TENANT, problemIn, TENANT } from './support/gateway.ts';

describeGateway('dead letters over HTTP', (suite) => {
  const as = async (role: Role, tenant?: string) => ({ token: await suite.token([role], tenant) });
  const list = async (query = ''): Promise<readonly Json[]> =>
    (await suite.call('GET', `/v1/dead-letters${query}`, await as('operator'))).json.items;
  const bytesOf = async (id: string): Promise<string> => {
    const { json } = await suite.call('GET', `/v1/dead-letters/${id}`, await as('auditor'));
    return Buffer.from(json.value, 'base64').toString();
  };

  describe('of records that came over HTTP', () => {
    const other =
      '{"event_id":"c-1",  "event_type":"SYSTEM_ACCESS","timestamp":"2026-05-04T13:01:10Z",' +
      '"source_system_id":"idp-gateway","identity_id":"identity:someone.else","target_entity_id":"service:wiki",' +
      '"exposure_direction":"internal_to_internal","data_volume_estimate":1.0}';
    let letter: Json;
    beforeAll(async () => {
      const service = await as('service');
      await suite.call('POST', '/v1/events', { ...service, body: { records: [securityEvent('c-1')] } });
      const body = `{"records": [${JSON.stringify(securityEvent('c-2'))}, ${other}]}`;
      const { json } = await suite.call('POST', '/v1/events', { ...service, body });
      expect(json).toMatchObject({ accepted: 1, conflicts: 1, results: [{}, { status: 'conflict', event_id: 'c-1' }] });
      [letter] = await list('?code=messaging.inbox_conflict');
    });

    it('are kept with the bytes in which they were written, which parsing would not give back', async () => {
      expect(letter).toMatchObject({ topic: 'http:/v1/events', key: 'c-1', replayed_at: null });
      expect(await bytesOf(letter.id)).toBe(other);
    });

    it('cannot be published again: they never were on the bus', async () => {
      const answer = await suite.call('POST', `/v1/dead-letters/${letter.id}/replay`, await as('operator'));
      expect(problemIn(answer)).toBe('messaging.dead_letter_off_the_bus');
    });

    it('are found by nobody of another tenant, and shown to nobody without the role', async () => {
      const path = `/v1/dead-letters/${letter.id}`;
      const operator = await as('operator', OTHER_TENANT);
      expect(problemIn(await suite.call('GET', path, operator))).toBe('messaging.dead_letter_not_found');
      expect(problemIn(await suite.call('POST', `${path}/replay`, operator))).toBe('messaging.dead_letter_not_found');
      expect((await suite.call('GET', '/v1/dead-letters', operator)).json.items).toEqual([]);
      expect(problemIn(await suite.call('GET', path, await as('analyst')))).toBe('auth.forbidden');
      expect(problemIn(await suite.call('GET', '/v1/dead-letters', await as('service')))).toBe('auth.forbidden');
      expect(problemIn(await suite.call('POST', `${path}/replay`, await as('auditor')))).toBe('auth.forbidden');
      expect(problemIn(await suite.call('GET', '/v1/dead-letters/7', await as('auditor')))).toBe('request.invalid');
    });
  });

  describe('of records from the bus', () => {
    it('go to their topic again when they are replayed, and come back while their cause is there', async () => {
      await suite.fleet.startOrchestrator();
      await suite.fleet.topics.produce(suite.fleet.inputOf(TENANT), [{ key: 'k', value: '{not json' }]);
      const malformed = '?code=normalise.malformed_json';
      const [letter] = await eventually('the dead letter', async () => {
        const found = await list(malformed);
        return found.length > 0 ? found : null;
      });
      expect(letter).toMatchObject({ topic: suite.fleet.inputOf(TENANT), key: 'k', replayed_at: null });
      expect(await bytesOf(letter.id)).toBe('{not json');
      const replayed = await suite.call('POST', `/v1/dead-letters/${letter.id}/replay`, await as('operator'));
      expect([replayed.status, replayed.json]).toMatchObject([202, { id: letter.id, replayed_at: expect.any(String) }]);
      const again = await eventually('the record that came again', async () => {
        const found = (await list(malformed)).filter(({ id }) => id !== letter.id);
        return found.length > 0 ? found : null;
      });
      expect(again).toMatchObject([{ headers: { 'dmitry-replay-of': letter.id } }]);
    }, 60_000);

    it('are listed page by page', async () => {
      const first = await suite.call('GET', '/v1/dead-letters?limit=2', await as('operator'));
      const second = await suite.call('GET', `/v1/dead-letters?limit=2&after=${first.json.next}`, await as('operator'));
      const ids = [...first.json.items, ...second.json.items].map(({ id }: Json) => id);
      expect(ids).toEqual((await list()).map(({ id }) => id));
      expect(new Set(ids).size).toBe(3);
    });
  });
});
