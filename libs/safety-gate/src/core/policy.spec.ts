import { ACTION_TYPES } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import {
  builtinPolicy,
  CATALOGUE,
  type GatePolicy,
  impactAtLeast,
  loosenedBy,
  parsePolicy,
  policyRef,
  resolveActionType,
} from './index.ts';

describe('the built-in policy', () => {
  it('is valid, holds the floor and lists every action type once', () => {
    expect(parsePolicy(builtinPolicy)).toEqual({ ok: true, policy: builtinPolicy });
    expect(loosenedBy(builtinPolicy)).toEqual([]);
    expect(CATALOGUE.map((each) => each.action_type)).toEqual([...ACTION_TYPES]);
  });

  it('has a digest that any change of content changes', () => {
    expect(policyRef({ ...builtinPolicy, confidence: { ...builtinPolicy.confidence, decay: 0.5 } }).digest).not.toBe(
      policyRef(builtinPolicy).digest,
    );
    expect(policyRef(structuredClone(builtinPolicy))).toEqual(policyRef(builtinPolicy));
  });
});

describe('a policy from elsewhere', () => {
  it('is refused with a pointer to each fault', () => {
    const parsed = parsePolicy({ ...builtinPolicy, version: '', extra: true });
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.faults.map((each) => each.pointer)).toContain('/version');
  });

  it('must not list a type twice: the second line would be a hidden one', () => {
    const parsed = parsePolicy({
      ...builtinPolicy,
      catalogue: [...builtinPolicy.catalogue, builtinPolicy.catalogue[0]],
    });
    expect(parsed).toMatchObject({ ok: false, faults: [{ pointer: '/catalogue/14/action_type' }] });
  });

  it('may tighten and leave out, and is told every place where it loosens', () => {
    const change = (of: string, what: object): GatePolicy => ({
      ...builtinPolicy,
      catalogue: builtinPolicy.catalogue.map((each) => (each.action_type === of ? { ...each, ...what } : each)),
    });
    expect(loosenedBy(change('alert', { min_evidence: 9, approval_required: true, auto_execute: false }))).toEqual([]);
    expect(loosenedBy({ ...builtinPolicy, catalogue: builtinPolicy.catalogue.slice(0, 3) })).toEqual([]);
    const loose = {
      min_evidence: 1,
      min_confidence: 0.1,
      approval_required: false,
      auto_execute: true,
      impact: 'low',
      blast_radius: 'entity_only',
    };
    expect(loosenedBy(change('shutdown_service', loose)).map((each) => each.pointer.split('/').at(-1))).toEqual([
      'min_evidence',
      'min_confidence',
      'approval_required',
      'auto_execute',
      'impact',
      'blast_radius',
    ]);
  });
});

describe('names of actions', () => {
  it('resolve to themselves or from an alias, and nothing else resolves', () => {
    expect(resolveActionType('block_access')).toBe('block_access');
    expect(resolveActionType('disable_service')).toBe('shutdown_service');
    for (const name of ['Block_Access', '', 'constructor', '__proto__', 'backup_data'])
      expect(resolveActionType(name)).toBeNull();
  });

  it('rank by impact', () => {
    expect([impactAtLeast('high', 'medium'), impactAtLeast('high', 'high'), impactAtLeast('low', 'medium')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
