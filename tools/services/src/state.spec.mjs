import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readState, runFiles, stateFile, writeState } from './state.mjs';

const service = { name: 'redis', process: { pid: 7, started: '9' }, variables: { REDIS_URL: 'redis://:secret@h' } };
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'services-state-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the state file', () => {
  it('is read back as written, and by its owner alone: it holds passwords', () => {
    const file = stateFile(root);
    writeState(file, { owner: null, services: [service] });
    expect(readState(file)).toEqual({ owner: null, services: [service] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is gone when nothing runs', () => {
    const file = stateFile(root);
    writeState(file, { owner: null, services: [service] });
    writeState(file, { owner: null, services: [] });
    expect(() => readFileSync(file)).toThrow('ENOENT');
    expect(readState(file).services).toEqual([]);
  });

  it('that was damaged stops nothing: what cannot be read is not there', () => {
    const file = stateFile(root, 3);
    writeState(file, { owner: null, services: [service] });
    for (const text of ['{', '[]', '{"services":[{"name":"redis"},null]}']) {
      writeFileSync(file, text);
      expect(readState(file).services).toEqual([]);
    }
  });

  it('of a run is found by whoever comes later, the shared one is not among them', () => {
    expect(runFiles(root)).toEqual([]);
    writeState(stateFile(root), { owner: null, services: [service] });
    writeState(stateFile(root, 42), { owner: { pid: 42, started: '1' }, services: [service] });
    expect(runFiles(root)).toEqual([stateFile(root, 42)]);
  });
});
