import { currentRequest } from '@dmitry/kit';
import { type Outbox, OUTBOX_WORK, refuseTooLarge } from '../core/index.ts';

const INSERT = 'INSERT INTO outbox (tenant, topic, key, value, headers) VALUES ($1, $2, $3, $4, $5)';

export function createOutbox(): Outbox {
  return {
    async enqueue(tx, record) {
      const traceparent = currentRequest()?.traceparent;
      const headers = { ...(traceparent ? { traceparent } : {}), ...record.headers };
      refuseTooLarge([{ ...record, headers }]);
      await tx.query(INSERT, [tx.tenant, record.topic, record.key, record.value, headers]);
      await tx.signal(OUTBOX_WORK);
    },
  };
}
