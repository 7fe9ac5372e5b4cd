import type { Approval } from '@dmitry/contracts';
import { describe, expect, it } from '@jest/globals';
import { actionOf, approver, entryId, NOW_MS } from '../testing/index.ts';
import { CATALOGUE, isPublicKey, statusAfter, verifyVoteSignature, voteRefusal, type VoteRequest } from './index.ts';

const ann = approver('ann');
const approval: Approval = {
  id: 'a1',
  tenant_id: 'acme',
  action: actionOf('block_access'),
  action_digest: 'a'.repeat(64),
  decision_id: entryId(1),
  finding_id: null,
  status: 'pending',
  requested_by: 'analyst',
  requested_at: new Date(NOW_MS).toISOString(),
  expires: new Date(NOW_MS + 1_000).toISOString(),
  policy_version: 'p1',
  nonce: 'n1',
  quorum: 1,
  assurance: 'signed',
  votes: [],
};
const request: VoteRequest = {
  approvalId: 'a1',
  principal: ann.principal,
  approved: true,
  nonce: 'n1',
  assurance: 'signed',
  signature: ann.sign(approval),
};
const line = (type: string) => CATALOGUE.find((each) => each.action_type === type);
const facts = {
  approval,
  requesters: ['analyst'],
  request,
  entry: line('block_access'),
  policyVersion: 'p1',
  publicKey: ann.publicKey,
  nowMs: NOW_MS,
};
const vote = (approved: boolean, name = 'ann') => ({
  approver: name,
  approved,
  assurance: 'signed' as const,
  at: approval.requested_at,
  entry_id: entryId(5),
});

describe('a vote', () => {
  it('counts when an approver signs exactly this request in time', () => {
    expect(voteRefusal(facts)).toBeNull();
  });

  it.each([
    [
      'from somebody without the role',
      { request: { ...request, principal: { ...ann.principal, roles: ['analyst' as const] } } },
      'gate.not_approver',
    ],
    [
      'from an approver of another tenant',
      { request: { ...request, principal: { ...ann.principal, tenant: 'other' } } },
      'gate.not_approver',
    ],
    ['on a request that is closed', { approval: { ...approval, status: 'voided' as const } }, 'gate.approval_closed'],
    ['after its time', { nowMs: NOW_MS + 1_000 }, 'gate.approval_expired'],
    ['by a clock that says nothing', { nowMs: Number.NaN }, 'gate.approval_expired'],
    ['under another policy', { policyVersion: 'p2' }, 'gate.policy_changed'],
    ['without any policy', { policyVersion: null }, 'gate.policy_changed'],
    ['with the nonce of another request', { request: { ...request, nonce: 'n2' } }, 'gate.nonce_mismatch'],
    ['on one own request', { requesters: ['analyst', 'ann'] }, 'gate.own_request'],
    ['cast twice', { approval: { ...approval, votes: [vote(true)] } }, 'gate.already_voted'],
    [
      'by mere session where a signature is demanded',
      { request: { ...request, assurance: 'session' as const } },
      'gate.assurance_too_low',
    ],
    ['without a registered key', { publicKey: null }, 'gate.signature_invalid'],
    ['signed with another key', { publicKey: approver('ann').publicKey }, 'gate.signature_invalid'],
    [
      'signed over another action',
      { approval: { ...approval, action_digest: 'b'.repeat(64) } },
      'gate.signature_invalid',
    ],
    ['with garbage for a signature', { request: { ...request, signature: '!!' } }, 'gate.signature_invalid'],
  ])('is refused %s', (_what, change, code) => {
    expect(voteRefusal({ ...facts, ...change })).toBe(code);
  });

  it('by /confirm never counts for high impact, and does for medium where the policy accepts a session', () => {
    const { signature: _none, ...plain } = request;
    const confirm = { ...plain, assurance: 'session' as const, via: 'confirm' as const };
    const session = { ...approval, assurance: 'session' as const };
    expect(voteRefusal({ ...facts, approval: session, request: confirm })).toBe('gate.assurance_too_low');
    expect(voteRefusal({ ...facts, approval: session, request: confirm, entry: line('rate_limit') })).toBeNull();
    expect(voteRefusal({ ...facts, approval: session, request: confirm, entry: undefined })).toBe(
      'gate.assurance_too_low',
    );
  });

  it('against needs no key: whoever may approve may stop', () => {
    expect(
      voteRefusal({ ...facts, request: { ...request, approved: false, assurance: 'session' }, publicKey: null }),
    ).toBeNull();
  });
});

describe('a signature', () => {
  it('is nobody else’s', () => {
    expect(verifyVoteSignature(approval, 'ben', ann.sign(approval), ann.publicKey)).toBe(false);
    expect(verifyVoteSignature(approval, 'ann', undefined, ann.publicKey)).toBe(false);
    expect(verifyVoteSignature({ ...approval, expires: 'later' }, 'ann', ann.sign(approval), ann.publicKey)).toBe(
      false,
    );
  });

  it('needs a key of the right form', () => {
    expect([isPublicKey(ann.publicKey), isPublicKey('AAAA'), isPublicKey('not base64'), isPublicKey('')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(verifyVoteSignature(approval, 'ann', ann.sign(approval), 'AAAA')).toBe(false);
  });
});

describe('the status after a vote', () => {
  it('is denied by one no, approved by the quorum, pending before', () => {
    expect(statusAfter(approval)).toBe('pending');
    expect(statusAfter({ ...approval, votes: [vote(true)] })).toBe('approved');
    expect(statusAfter({ ...approval, quorum: 2, votes: [vote(true), vote(true)] })).toBe('pending');
    expect(statusAfter({ ...approval, votes: [vote(true), vote(false, 'ben')] })).toBe('denied');
  });
});
