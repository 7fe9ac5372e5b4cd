import { describe, expect, it } from '@jest/globals';
import { DmitryError } from '@dmitry/kit';
import { createMemoryRecorder } from '@dmitry/outbound/memory';
import type { PlatformClient, ReadResult } from '@dmitry/platform-client';
import { createPlatformTools } from './index.ts';

const context = { tenant: 'acme', recorder: createMemoryRecorder() };
type Client = Parameters<typeof createPlatformTools>[0];

/** A client whose every read gives `result`, and what it was asked. */
function clientGiving(result: ReadResult<never> | DmitryError) {
  const asked: unknown[][] = [];
  const method =
    (name: string) =>
    (_context: unknown, ...args: unknown[]) => {
      asked.push([name, ...args]);
      return result instanceof DmitryError ? Promise.reject(result) : Promise.resolve(result);
    };
  const client: Client = {
    findings: method('findings'),
    finding: method('finding'),
    searchEntities: method('searchEntities'),
    actionsFor: method('actionsFor'),
  } satisfies Pick<PlatformClient, keyof Client>;
  return { tools: createPlatformTools(client), asked };
}

const value = { total: 0 } as never;

describe('Platform tools over the Platform client', () => {
  it('ask the client for exactly what the tool is for', async () => {
    const { tools, asked } = clientGiving({ kind: 'fresh', value, entry: 'e-1' });
    await tools.read({ tool: 'platform_get_risk_findings', filters: { risk_level: 'HIGH' } }, context);
    await tools.read({ tool: 'platform_get_finding_details', findingId: 'f-1' }, context);
    await tools.read({ tool: 'platform_search_entities', query: 'bill', filters: {} }, context);
    await tools.read({ tool: 'platform_propose_actions', findingId: 'f-1' }, context);
    expect(asked).toEqual([
      ['findings', { risk_level: 'HIGH' }],
      ['finding', 'f-1'],
      ['searchEntities', 'bill', {}],
      ['actionsFor', 'f-1'],
    ]);
  });

  it('keep how fresh an answer is, and which entry proves it', async () => {
    const read = (result: ReadResult<never>) =>
      clientGiving(result).tools.read({ tool: 'platform_get_finding_details', findingId: 'f-1' }, context);
    expect(await read({ kind: 'fresh', value, entry: 'e' })).toEqual({
      kind: 'read',
      freshness: 'fresh',
      data: value,
      entry: 'e',
    });
    expect(await read({ kind: 'stale', value, ageMs: 9, entry: 'e' })).toEqual({
      kind: 'read',
      freshness: 'stale',
      data: value,
      entry: 'e',
      ageMs: 9,
    });
    expect(await read({ kind: 'partial', value, reason: 'limit_reached', entry: 'e' })).toMatchObject({
      freshness: 'partial',
      note: 'limit_reached',
    });
    expect(await read({ kind: 'unavailable', code: 'platform.timeout', entry: 'e' })).toEqual({
      kind: 'unavailable',
      code: 'platform.timeout',
      entry: 'e',
    });
  });

  it('take an id that cannot be one for the model’s mistake, and pass every other fault on', async () => {
    const read = (code: string) =>
      clientGiving(new DmitryError(code, 'no')).tools.read(
        { tool: 'platform_get_finding_details', findingId: '..' },
        context,
      );
    expect(await read('platform.request_invalid')).toEqual({
      kind: 'unavailable',
      code: 'platform.request_invalid',
      entry: '',
    });
    await expect(read('outbound.recorder_failed')).rejects.toMatchObject({ code: 'outbound.recorder_failed' });
  });
});
