import { defineConfig } from '@dmitry/kit/config';
import { Type } from 'typebox';

/** A witness that is served on its own: other people's logs, or ours by somebody else. */
export const witnessConfig = defineConfig({
  name: 'witness',
  schema: Type.Object({
    WITNESS_NAME: Type.String({ pattern: '^[^\\s+]{1,128}$' }),
    WITNESS_SEED: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
    WITNESS_LOGS: Type.String({ minLength: 1 }),
    WITNESS_STORE: Type.String({ minLength: 1 }),
    WITNESS_HOST: Type.String({ minLength: 1, default: '0.0.0.0' }),
    WITNESS_PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8767 }),
  }),
  sensitive: ['WITNESS_SEED'],
  docs: {
    WITNESS_NAME: 'Name of the witness’s keys, e.g. `witness.example.com/w1`: no spaces, no plus. Never changes.',
    WITNESS_SEED: '64 hexadecimal digits from which the Ed25519 and the ML-DSA-44 key are derived.',
    WITNESS_LOGS:
      'Path of a policy file (C2SP tlog-policy) whose `log` lines are the logs to witness; a log that changes keys has two. Read at the start.',
    WITNESS_STORE:
      'Folder where the last head of each log is kept, on a disk that survives: a witness that forgets signs whatever it is shown.',
    WITNESS_HOST: 'Address to listen on.',
    WITNESS_PORT: 'Port to listen on.',
  },
});
