import { type Approval, approvalStatement, canonicalBytes, type Principal } from '@dmitry/contracts';
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex'); // RFC 8410 7: the key's wrapping, then its 32 bytes

/** A person of the demo who approves with a key of their own. */
export interface DemoApprover {
  readonly principal: Principal;
  /** base64 of 32 bytes. */
  readonly publicKey: string;
  sign(approval: Approval): string;
}

export function demoApprover(tenant: string, seed: string): DemoApprover {
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, Buffer.from(seed, 'hex')]),
    format: 'der',
    type: 'pkcs8',
  });
  const principal: Principal = { subject: 'demo-approver', tenant, roles: ['approver'] };
  return {
    principal,
    publicKey: createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64'),
    sign: (approval) =>
      sign(null, canonicalBytes(approvalStatement(approval, principal.subject)), key).toString('base64'),
  };
}
