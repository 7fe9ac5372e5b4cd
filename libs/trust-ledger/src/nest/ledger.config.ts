import { readFileSync } from 'node:fs';
import type { Logger } from '@dmitry/kit';
import { type Config, configInvalid, defineConfig } from '@dmitry/kit/config';
import type { OutboundClient } from '@dmitry/outbound';
import type { Metrics } from '@dmitry/telemetry';
import { Type } from 'typebox';
import { createFileCheckpointKeeper } from '../files/index.ts';
import { createPolicyCosigner } from '../witness/index.ts';
import type { SequenceOptions } from './trust-ledger.options.ts';

const Key = Type.String({ pattern: '^[0-9a-fA-F]{64}$' });

/** Whose logs these are, and what signs them. */
export const ledgerConfig = defineConfig({
  name: 'ledger',
  schema: Type.Object({
    DMITRY_DEPLOYMENT: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{0,126}$' }),
    DMITRY_PSEUDONYM_KEY: Key,
    DMITRY_SIGNER_SEED: Key,
    DMITRY_RETIRING_SIGNER_SEED: Type.Optional(Key),
    DMITRY_CHECKPOINT_DIR: Type.Optional(Type.String({ minLength: 1 })),
    LEDGER_WITNESSES: Type.Optional(Type.String({ minLength: 1 })),
  }),
  sensitive: ['DMITRY_PSEUDONYM_KEY', 'DMITRY_SIGNER_SEED', 'DMITRY_RETIRING_SIGNER_SEED'],
  docs: {
    DMITRY_DEPLOYMENT: 'First part of the origin of every log, e.g. `dmitry.example.com`. Never changes.',
    DMITRY_PSEUDONYM_KEY:
      '64 hexadecimal digits from which pseudonyms are made; with another key every tenant gets another log.',
    DMITRY_SIGNER_SEED: '64 hexadecimal digits from which the signing keys of the logs are derived.',
    DMITRY_RETIRING_SIGNER_SEED:
      'The seed before this one, while keys change: checkpoints are signed with both, so that trust files can name the new keys without a gap.',
    DMITRY_CHECKPOINT_DIR:
      'Folder outside the database where the last checkpoints are kept, so that a restored backup shows: the orchestrator writes it, the gateway reads it.',
    LEDGER_WITNESSES:
      'Path of a policy file (C2SP tlog-policy) with the addresses of witnesses: the orchestrator asks them to cosign every checkpoint, until the quorum of the policy is met.',
  },
});

type LedgerValues = Config<[typeof ledgerConfig]>['ledger'];

/** The module's options as the environment gives them. */
export const ledgerOptionsOf = (values: LedgerValues) => ({
  deployment: values.DMITRY_DEPLOYMENT,
  pseudonymKey: Buffer.from(values.DMITRY_PSEUDONYM_KEY.reveal(), 'hex'),
  signerSeed: Buffer.from(values.DMITRY_SIGNER_SEED.reveal(), 'hex'),
  ...(values.DMITRY_RETIRING_SIGNER_SEED && {
    retiringSeed: Buffer.from(values.DMITRY_RETIRING_SIGNER_SEED.reveal(), 'hex'),
  }),
  ...(values.DMITRY_CHECKPOINT_DIR !== undefined && {
    keeper: createFileCheckpointKeeper(values.DMITRY_CHECKPOINT_DIR),
  }),
});

export interface WitnessClients {
  /** A client whose base URL is the given one. Witness traffic is operations: metrics, no entries. */
  readonly open: (url: string) => OutboundClient;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

/** How a process sequences, as the environment gives it. @throws DmitryError `config.invalid` for a policy that cannot be used */
export function sequenceOptionsOf({ LEDGER_WITNESSES: path }: LedgerValues, clients: WitnessClients): SequenceOptions {
  return { logOfLogs: true, ...(path === undefined ? {} : { cosigner: cosignerOf(path, clients) }) };
}

function cosignerOf(path: string, clients: WitnessClients) {
  try {
    return createPolicyCosigner({ policy: readFileSync(path, 'utf8'), ...clients });
  } catch (error) {
    throw configInvalid([{ variable: 'LEDGER_WITNESSES', message: (error as Error).message }]);
  }
}
