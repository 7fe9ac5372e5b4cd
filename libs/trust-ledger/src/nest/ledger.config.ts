import { type Config, defineConfig } from '@dmitry/kit/config';
import { Type } from 'typebox';

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
      'Folder outside the database where the last checkpoints are kept, so that a restored backup shows.',
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
});
