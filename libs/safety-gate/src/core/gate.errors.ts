import type { Approval, SchemaFault } from '@dmitry/contracts';
import { DmitryError } from '@dmitry/kit';
import { VOTE_REFUSALS } from './vote.policy.ts';

/** Fault codes of this library that are thrown; verdicts and refused votes are values and carry codes of their own. */
export const GATE_FAULTS = [
  'gate.session_mismatch',
  'gate.policy_invalid',
  'gate.policy_loosens',
  'gate.policy_version_taken',
  'gate.key_invalid',
  'gate.approval_not_found',
  'gate.approval_closed',
] as const;
export type GateFaultCode = (typeof GATE_FAULTS)[number];

/** A programming fault: state and entry would go to different logs. */
export const sessionMismatch = (): DmitryError =>
  new DmitryError(
    'gate.session_mismatch',
    'Transaction, ledger session and request are not of the same tenant; open all three for one.',
  );

export const policyInvalid = (faults: readonly SchemaFault[]): DmitryError =>
  policyFault('gate.policy_invalid', 'The policy is not valid', faults);
export const policyLoosens = (faults: readonly SchemaFault[]): DmitryError =>
  policyFault('gate.policy_loosens', 'The policy asks for less than the catalogue; a tenant may only tighten', faults);

function policyFault(code: GateFaultCode, what: string, faults: readonly SchemaFault[]): DmitryError {
  const list = faults.slice(0, 10).map((each) => `${each.pointer || '/'} ${each.message}`);
  return new DmitryError(code, `${what}: ${list.join('; ')}.`, { severity: 'warn', context: { faults: list } });
}

export const policyVersionTaken = (version: string): DmitryError =>
  new DmitryError(
    'gate.policy_version_taken',
    `Version ${version} already names another content; give the new policy a new version.`,
    { severity: 'warn' },
  );

export const approvalNotFound = (id: string): DmitryError =>
  new DmitryError('gate.approval_not_found', VOTE_REFUSALS['gate.approval_not_found'], {
    severity: 'info',
    context: { approval: id },
  });

export const approvalClosed = ({ id, status }: Approval): DmitryError =>
  new DmitryError('gate.approval_closed', `The request is ${status}; only one that is open or unused is withdrawn.`, {
    severity: 'info',
    context: { approval: id },
  });

export const keyInvalid = (): DmitryError =>
  new DmitryError('gate.key_invalid', 'An approver key is the base64 of 32 bytes: an Ed25519 public key.', {
    severity: 'warn',
  });
