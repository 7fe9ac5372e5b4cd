import type { HealthIndicator } from '@dmitry/health';
import type { OutboundClient } from '@dmitry/outbound';

/** How the language model has answered lately, from the client's breaker: asking it would cost tokens. Never takes a replica out of service. */
export const llmHealth = (client: Pick<OutboundClient, 'state'>): HealthIndicator => ({
  name: 'llm',
  kind: 'neighbour',
  check: () => {
    const { breaker } = client.state();
    return Promise.resolve(
      breaker === 'open' ? { up: false, detail: 'the language model has failed lately' } : { up: true },
    );
  },
});
