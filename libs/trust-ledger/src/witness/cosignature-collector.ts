import type { Logger } from '@dmitry/kit';
import { type Metrics, silentMetrics } from '@dmitry/telemetry';
import {
  type CheckpointCosigner,
  type Cosigned,
  mergeSignatures,
  type Quorum,
  quorumHolds,
  type SignedCheckpoint,
  type TileSource,
} from '../core/index.ts';
import type { WitnessAsked, WitnessClient } from './witness-client.ts';

export interface CosignatureCollectorOptions {
  readonly witnesses: readonly WitnessClient[];
  /** How many of them are enough, e.g. the quorum of the policy that verifiers use. @default all of them */
  readonly quorum?: Quorum;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

/** Asks all witnesses at once and takes what comes. */
export function createCosignatureCollector({
  witnesses,
  quorum,
  logger,
  metrics = silentMetrics,
}: CosignatureCollectorOptions): CheckpointCosigner {
  const keys = witnesses.flatMap((witness) => witness.keys);
  const answers = metrics.counter('ledger_witness_answers_total', 'What witnesses answered.', ['outcome']);

  async function ask(witness: WitnessClient, log: TileSource, checkpoint: SignedCheckpoint): Promise<WitnessAsked> {
    const asked = await witness.cosign(log, checkpoint);
    answers.add(1, { outcome: asked.kind });
    if (asked.kind === 'ahead')
      logger.error('ledger.witness_ahead', { witness: witness.name, origin: checkpoint.origin, size: asked.size });
    else if (asked.kind !== 'cosigned')
      logger.warn('ledger.witness_failed', { witness: witness.name, origin: checkpoint.origin, ...asked });
    return asked;
  }

  return {
    keys,
    async cosign(log, checkpoint): Promise<Cosigned> {
      const asked = await Promise.all(witnesses.map((witness) => ask(witness, log, checkpoint)));
      const signatures = asked.flatMap((one) => (one.kind === 'cosigned' ? one.signatures : []));
      const { note } = mergeSignatures(checkpoint.note, signatures, keys);
      const cosigned = witnesses.filter((_, at) => asked[at]?.kind === 'cosigned');
      return {
        note,
        by: cosigned.map(({ name }) => name),
        enough: quorum ? quorumHolds(quorum, note) : cosigned.length === witnesses.length,
        ahead: asked.flatMap((one, at) =>
          one.kind === 'ahead' ? [{ witness: (witnesses[at] as WitnessClient).name, size: one.size }] : [],
        ),
      };
    },
  };
}
