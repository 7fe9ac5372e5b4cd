import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import {
  Action,
  ACTION_TYPES,
  actionDigest,
  approvalStatement,
  bandFloor,
  canonicalJson,
  compareSeverity,
  deadLetterTopic,
  digestOf,
  effectKey,
  entityKey,
  LedgerEntry,
  ocsfSeverityId,
  parseWith,
  problemOf,
  PROBLEMS,
  runId,
  SecurityEvent,
  SEVERITIES,
  severityOf,
  strictObject,
  TenantId,
  TOPICS,
} from './index.ts';

const action: Action = {
  action_type: 'block_access',
  target: { type: 'identity', id: 'eve' },
  params: { b: 1, a: 'é' },
};

describe('canonical JSON (RFC 8785)', () => {
  it('writes the example of the specification', () => {
    // RFC 8785 3.2.2, as its text has it
    const text = String.raw`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`;
    expect(canonicalJson(JSON.parse(text))).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts members by UTF-16 code units, deep down and whatever their order was', () => {
    expect(canonicalJson({ '\u{1F600}': 1, '\uFB33': 2, 10: 3, 9: 4, a: { d: 1, c: [{ f: 1, e: 2 }] } })).toBe(
      '{"10":3,"9":4,"a":{"c":[{"e":2,"f":1}],"d":1},"\u{1F600}":1,"\uFB33":2}',
    );
  });

  it.each([
    ['NaN', Number.NaN],
    ['an infinity', Infinity],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a bigint', 1n],
    ['a lone surrogate', 'a\ud800'],
    ['a lone surrogate in a name', { 'a\udc00': 1 }],
  ])('refuses %s rather than write something else', (_name, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
    expect(() => canonicalJson({ inside: [value] })).toThrow(TypeError);
  });

  it('leaves out members that are undefined, and refuses a cycle and nothing at all', () => {
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
    expect(canonicalJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(() => canonicalJson(loop)).toThrow(/deeper/);
  });
});

describe('digests', () => {
  it('of an action bind tenant, type, target and parameters, and not their order', () => {
    const digest = actionDigest('acme', action);
    expect(digest).toBe(digestOf({ v: 1, tenant: 'acme', ...action }));
    expect(actionDigest('acme', { ...action, params: { a: 'é', b: 1 } })).toBe(digest);
    const others = [
      actionDigest('other', action),
      actionDigest('acme', { ...action, action_type: 'alert' }),
      actionDigest('acme', { ...action, target: { type: 'service', id: 'eve' } }),
      actionDigest('acme', { ...action, params: { b: 2, a: 'é' } }),
    ];
    expect(new Set([digest, ...others]).size).toBe(5);
  });

  it('make run ids and effect keys that another attempt or step does not share', () => {
    const digest = actionDigest('acme', action);
    const run = runId('acme', 'f', digest, 1);
    expect(run).not.toBe(runId('acme', 'f', digest, 2));
    const key = effectKey('acme', run, 'execute', digest);
    expect(key).toMatch(/^[a-z2-7]{52}$/);
    expect(key).not.toBe(effectKey('acme', run, 'undo', digest));
    expect(Buffer.from(digestOf(['acme', run, 'execute', digest]), 'hex')).toEqual(fromBase32(key));
  });

  it('an approval’s statement binds the digest, the nonce, the time, the policy and who signs', () => {
    const approval = { action_digest: 'd', nonce: 'n', expires: 'e', policy_version: 'p', more: 1 };
    expect(approvalStatement(approval, 'ann')).toEqual({
      v: 1,
      action_digest: 'd',
      nonce: 'n',
      expires: 'e',
      policy_version: 'p',
      approver: 'ann',
    });
  });
});

/** RFC 4648 6, without padding. */
function fromBase32(text: string): Buffer {
  const bits = Array.from(text)
    .map((char) => 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(char).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from(
    bits
      .slice(0, 256)
      .match(/.{8}/g)
      ?.map((byte) => Number.parseInt(byte, 2)) ?? [],
  );
}

describe('the scale', () => {
  it('has bands from 0, 20, 40, 60 and 80, and a score outside is clamped', () => {
    expect([-5, 0, 19.9, 20, 40, 60, 79.99, 80, 100, 250].map(severityOf)).toEqual([
      'informational',
      'informational',
      'informational',
      'low',
      'medium',
      'high',
      'high',
      'critical',
      'critical',
      'critical',
    ]);
    expect(severityOf(Number.NaN)).toBe('informational');
    expect(SEVERITIES.map(bandFloor)).toEqual([0, 20, 40, 60, 80]);
    expect(SEVERITIES.map(ocsfSeverityId)).toEqual([1, 2, 3, 4, 5]);
    expect([...SEVERITIES].reverse().toSorted(compareSeverity)).toEqual(SEVERITIES);
  });
});

describe('parsing', () => {
  it('lists every fault with its place, up to fifty, and names members that nobody knows', () => {
    const schema = strictObject({ a: Type.Integer(), b: Type.Array(Type.Integer()) });
    const parsed = parseWith(schema, { a: 'x', b: [1, 'y'], rider: true });
    const pointers = parsed.ok ? [] : parsed.faults.map(({ pointer }) => pointer);
    expect(pointers).toEqual(expect.arrayContaining(['', '/a', '/b/1']));
    expect(parsed.ok ? '' : parsed.faults.find(({ pointer }) => pointer === '')?.message).toContain('rider');
    const many = parseWith(schema, { a: 1, b: Array.from({ length: 500 }, () => 'x') });
    expect(many.ok ? 0 : many.faults.length).toBe(50);
    expect(parseWith(schema, { a: 1, b: [] })).toEqual({ ok: true, value: { a: 1, b: [] } });
  });

  it('lets nothing ride along in an action: no unknown member, no endless name', () => {
    expect(parseWith(Action, action).ok).toBe(true);
    expect(parseWith(Action, { ...action, also: 1 }).ok).toBe(false);
    expect(parseWith(Action, { ...action, action_type: 'reboot' }).ok).toBe(false);
    expect(parseWith(Action, { ...action, params: { ['x'.repeat(129)]: 1 } }).ok).toBe(false);
    expect(ACTION_TYPES).toHaveLength(14);
  });

  it('holds an entry to its form', () => {
    const id = '018f0000-0000-7000-8000-000000000000';
    const entry = {
      v: 1,
      id,
      tenant: 'p',
      type: 'config',
      time: '2026-03-01T10:00:00.000Z',
      session: { id, seq: 0 },
      actor: { kind: 'system', pseudonym: 'p' },
      refs: {},
      facts: { a: 'x' },
      commitments: { f: 'a'.repeat(64) },
      payload: [],
    };
    expect(parseWith(LedgerEntry, entry).ok).toBe(true);
    for (const wrong of [
      { v: 2 },
      { id: 'x' },
      { facts: { ['n'.repeat(65)]: 1 } },
      { commitments: { f: 'zz' } },
      { more: 1 },
    ])
      expect([wrong, parseWith(LedgerEntry, { ...entry, ...wrong }).ok]).toEqual([wrong, false]);
  });

  it('tolerates what neighbours add, and refuses what they leave out', () => {
    const event = {
      event_id: '1',
      event_type: 'DATA_EXPORT',
      timestamp: '2026-03-01T10:00:00Z',
      source_system_id: 's',
      exposure_direction: 'internal_to_external',
    };
    expect(parseWith(SecurityEvent, { ...event, tomorrow: true }).ok).toBe(true);
    expect(parseWith(SecurityEvent, { ...event, source_system_id: undefined }).ok).toBe(false);
    expect(parseWith(TenantId, '../x').ok).toBe(false);
  });
});

describe('names', () => {
  it('an unknown code is an unexpected fault, also one that an object inherits', () => {
    expect(problemOf('ledger.backlog')).toBe(PROBLEMS['ledger.backlog']);
    expect(problemOf('never.heard')).toBe(PROBLEMS['internal.unexpected']);
    expect(problemOf('constructor')).toBe(PROBLEMS['internal.unexpected']);
  });

  it('every code says what to do and maps to an HTTP error', () => {
    for (const [code, { status, title, remedy }] of Object.entries(PROBLEMS)) {
      expect([code, status >= 400 && status < 600, title.length > 3, remedy.length > 10]).toEqual([
        code,
        true,
        true,
        true,
      ]);
    }
  });

  it('topics of ours carry their context and version; what cannot be taken goes beside its topic', () => {
    const ours = Object.values(TOPICS).filter((topic) => topic.startsWith('dmitry.'));
    for (const topic of ours) expect(topic).toMatch(/^dmitry\.[a-z]+\.[a-z-]+\.v\d+$/);
    expect(deadLetterTopic(TOPICS.securityEvents)).toBe('security-events.dlq');
    expect(entityKey({ type: 'identity', id: 'eve' })).toBe('identity:eve');
  });
});
