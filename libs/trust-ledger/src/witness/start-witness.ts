import { hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock, Logger } from '@dmitry/kit';
import { type Config, configInvalid } from '@dmitry/kit/config';
import {
  type CheckpointKeeper,
  createEd25519Cosigner,
  createMlDsaCosigner,
  createWitness,
  createWitnessStore,
  parseTlogPolicy,
  type VerifierKey,
} from '../core/index.ts';
import type { witnessConfig } from './witness.config.ts';
import { createWitnessServer } from './witness-server.ts';

export interface RunningWitness {
  readonly url: string;
  /** C2SP vkeys of its cosignatures, for policies: Ed25519, ML-DSA-44. */
  readonly verifierKeys: readonly string[];
  /** How many logs it knows. */
  readonly logs: number;
  close(): Promise<void>;
}

const SEED_BYTES = 32;

export interface WitnessSurroundings {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where the heads are kept that it cosigned: durable, and its own. */
  readonly keeper: CheckpointKeeper;
}

/** A witness as its settings say. @throws DmitryError `config.invalid` for a policy file that cannot be used */
export async function startWitness(
  config: Config<[typeof witnessConfig]>['witness'],
  { clock, logger, keeper }: WitnessSurroundings,
): Promise<RunningWitness> {
  const seedOf = (use: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', Buffer.from(config.WITNESS_SEED.reveal(), 'hex'), '', use, SEED_BYTES));
  const name = config.WITNESS_NAME;
  const cosigners = [
    createEd25519Cosigner(name, seedOf('dmitry witness ed25519 key')),
    createMlDsaCosigner(name, seedOf('dmitry witness ml-dsa-44 key')),
  ];
  const logs = logsIn(config.WITNESS_LOGS);
  const store = createWitnessStore(keeper);
  const witness = createWitness({ logs, cosigners, store, nowMs: () => clock.now() });
  const server = createWitnessServer({ witness, logger });
  const port = await server.listen(config.WITNESS_PORT, config.WITNESS_HOST);
  const verifierKeys = cosigners.map(({ verifierKey }) => verifierKey);
  logger.info('ledger.witness_started', { port, logs: logs.length, name });
  return {
    url: `http://${config.WITNESS_HOST}:${port}`,
    verifierKeys,
    logs: new Set(logs.map((key) => key.name)).size,
    close: () => server.close(),
  };
}

function logsIn(path: string): readonly VerifierKey[] {
  try {
    const { logs } = parseTlogPolicy(readFileSync(path, 'utf8'));
    if (logs.length > 0) return logs;
  } catch (error) {
    throw configInvalid([{ variable: 'WITNESS_LOGS', message: (error as Error).message }]);
  }
  throw configInvalid([{ variable: 'WITNESS_LOGS', message: 'names no log to witness' }]);
}
