import type { Clock, Logger } from '@dmitry/kit';

export interface KafkaOptions {
  /** `host:port`, at least one. */
  readonly brokers: readonly string[];
  /** @default 'dmitry' */
  readonly clientId?: string;
  /** TLS with the system's certificates, or with these PEM texts. @default false */
  readonly tls?: boolean | { readonly ca: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** How long a broker may take to answer. @default 10000 */
  readonly requestTimeoutMs?: number;
  /** How often a request is tried before `messaging.unavailable`, with waits that grow from 0.1 to 2 seconds; at least once more. @default 12 */
  readonly retries?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
}
