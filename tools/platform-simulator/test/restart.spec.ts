import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { blockTool, ENTRY_ID, type Harness, startHarness, toolReads } from './support/harness.ts';

let folder: string;
let harness: Harness | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'simulator-'));
});
afterEach(async () => {
  await harness?.simulator.close();
  harness = undefined;
  rmSync(folder, { recursive: true });
});

async function restart(): Promise<Harness> {
  await harness?.simulator.close();
  harness = await startHarness({ effectLogPath: path.join(folder, 'effects.ndjson') });
  harness.simulator.ingest('acme', [toolReads({ event_id: 'same' })]);
  return harness;
}
const effect = blockTool();
const put = (one: Harness) => one.call('PUT', `/api/v1/actions/${effect.key}`, { body: effect.body });

describe('a simulator that is started again on its effect log', () => {
  it('answers for a key as before and does not act again', async () => {
    const first = await put(await restart());
    const again = await restart();
    expect((await again.get(`/api/v1/actions/${effect.key}`)).body).toEqual(first.body);
    expect((await put(again)).body).toEqual(first.body);
    expect(again.simulator.effects()).toMatchObject([{ acts: 1 }]);
    expect((await again.get('/api/v1/containments')).body.containments).toHaveLength(1);
  });

  it('can still undo, and numbers on', async () => {
    await put(await restart());
    const again = await restart();
    const body = { undo_key: 'b'.repeat(52), decision_ref: { log: 'test/acme', entry_id: ENTRY_ID } };
    expect((await again.post(`/api/v1/actions/${effect.key}/undo`, body)).body.status).toBe('confirmed');
    expect(again.simulator.effects().map((record) => record.seq)).toEqual([1, 2]);
  });

  it('finishes what was pending when it stopped', async () => {
    const first = await restart();
    first.simulator.knobs.effectAnswer({ first: 'accepted', polls: 9 });
    expect((await put(first)).status).toBe(202);
    const again = await restart();
    expect((await again.get(`/api/v1/actions/${effect.key}`)).body.status).toBe('confirmed');
    expect(again.simulator.effects()[0]?.acts).toBe(1);
  });

  it('drops a line that a death left half written', async () => {
    await put(await restart());
    const file = path.join(folder, 'effects.ndjson');
    const whole = readFileSync(file, 'utf8');
    appendFileSync(file, '{"seq":2,"tena');
    expect((await restart()).simulator.effects()).toHaveLength(1);
    expect(readFileSync(file, 'utf8')).toBe(whole);
  });

  it('refuses a log that is not one', async () => {
    writeFileSync(path.join(folder, 'effects.ndjson'), 'nonsense\n');
    await expect(restart()).rejects.toMatchObject({ code: 'simulator.effect_log_invalid' });
  });
});
