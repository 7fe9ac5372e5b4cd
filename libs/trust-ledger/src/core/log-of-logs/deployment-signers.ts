import { hkdfSync } from 'node:crypto';
import { createPseudonyms } from '../entry/pseudonyms.ts';
import { type Cosigner, createMlDsaCosigner } from '../note/cosigner.ts';
import { createLogSigners, type LogSigner, withCosigners } from '../note/log-signer.ts';
import { LOG_OF_LOGS_TENANT } from './checkpoint-entry.ts';

export interface DeploymentSignerOptions {
  readonly deployment: string;
  readonly pseudonymKey: Uint8Array;
  /** 32 bytes or more, from which every key is derived. */
  readonly signerSeed: Uint8Array;
  /** The seed before, while keys change. */
  readonly retiringSeed?: Uint8Array;
  /** Milliseconds since 1970: the time that the ML-DSA-44 signature names. */
  readonly nowMs: () => number;
}

const SEED_BYTES = 32;

/**
 * The ML-DSA-44 key of the log of logs, in its own name. Its verifier key goes into policies beside the Ed25519 one, as a `witness` of the
 * operator's where both are to be demanded.
 */
export function logOfLogsCosigner(options: Omit<DeploymentSignerOptions, 'nowMs' | 'retiringSeed'>): Cosigner {
  const origin = createPseudonyms(options.deployment, options.pseudonymKey).origin(LOG_OF_LOGS_TENANT);
  const seed = hkdfSync('sha256', options.signerSeed, '', `dmitry ledger ml-dsa-44 key\n${origin}`, SEED_BYTES);
  return createMlDsaCosigner(origin, new Uint8Array(seed));
}

/** The signers of a deployment: Ed25519 for every log, ML-DSA-44 (8 ms a signature) besides for the one log that covers all the others. */
export function createDeploymentSigners(options: DeploymentSignerOptions): (origin: string) => LogSigner {
  const signers = createLogSigners(options.signerSeed, options.retiringSeed);
  const cosigner = logOfLogsCosigner(options);
  return (origin) =>
    origin === cosigner.key.name ? withCosigners(signers(origin), [cosigner], options.nowMs) : signers(origin);
}
