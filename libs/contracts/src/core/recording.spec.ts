import { describe, expect, it } from '@jest/globals';
import { parseRecordingLine, RECORDING_KINDS } from './index.ts';

const header = {
  kind: 'header',
  v: 1,
  tenant: 'acme',
  rules_version: 'r',
  lateness_ms: 0,
  formula: 'f',
  policy: null,
};

describe('a line of a recording', () => {
  it('is checked against the schema of its kind, and every fault has its place', () => {
    expect(parseRecordingLine(header)).toEqual({ ok: true, value: header });
    expect(parseRecordingLine({ ...header, tenant: '', v: 2 })).toMatchObject({
      ok: false,
      faults: expect.arrayContaining([
        expect.objectContaining({ pointer: '/v' }),
        expect.objectContaining({ pointer: '/tenant' }),
      ]),
    });
    expect(parseRecordingLine({ ...header, more: 1 })).toMatchObject({ ok: false });
  });

  it.each([[null], [7], [[]], [{}], [{ kind: 'toString' }], [{ kind: ['header'] }]])('is not %j', (value) => {
    expect(parseRecordingLine(value)).toEqual({
      ok: false,
      faults: [{ pointer: '/kind', message: `must be one of ${RECORDING_KINDS.join(', ')}` }],
    });
  });
});
