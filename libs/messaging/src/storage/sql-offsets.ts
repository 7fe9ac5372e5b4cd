import { OPERATOR_TENANT } from '@dmitry/contracts';
import type { Offsets } from '../core/index.ts';

const GET = `
SELECT max(next_offset) AS next FROM consumer_offset
 WHERE consumer_group = $1 AND topic = $2 AND partition = $3 AND ($4::text IS NULL OR tenant = $4)`;
const PUT = `
INSERT INTO consumer_offset AS kept (tenant, consumer_group, topic, partition, next_offset) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (consumer_group, topic, partition, tenant)
DO UPDATE SET next_offset = greatest(kept.next_offset, excluded.next_offset)`;

export function createOffsets(): Offsets {
  return {
    async get(tx, group, topic, partition) {
      const [row] = await tx.query<{ next: string | null }>(GET, [group, topic, partition, tx.tenant]);
      return row?.next ?? null;
    },
    // eslint-disable-next-line max-params -- the port's shape: a consumer's place has four coordinates
    async put(tx, group, topic, partition, offset) {
      await tx.query(PUT, [tx.tenant ?? OPERATOR_TENANT, group, topic, partition, offset]);
    },
  };
}
