#!/usr/bin/env node
// Runs a witness alone; settings come from the environment (witness/witness.config.ts). Prints its address and verifier keys, then serves.
import { environment, loadConfig } from '@dmitry/kit/config';
import { JsonLogger, SystemClock } from '@dmitry/kit/node';
import { createFileCheckpointKeeper } from './files/index.ts';
import { startWitness, witnessConfig } from './witness/index.ts';

const clock = new SystemClock();
const { witness: config } = loadConfig([witnessConfig], environment());
const logger = new JsonLogger({ clock, fields: { service: 'witness' } });
const keeper = createFileCheckpointKeeper(config.WITNESS_STORE);
const witness = await startWitness(config, { clock, logger, keeper });
const { url, verifierKeys, logs } = witness;
process.stdout.write(`${JSON.stringify({ url, logs, verifier_keys: verifierKeys })}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void witness.close());
