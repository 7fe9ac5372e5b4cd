import type { TrustFile } from '@dmitry/contracts';
import { parseTlogPolicy } from './tlog-policy.ts';

export interface TrustOptions {
  /** C2SP vkey texts of the logs to believe. */
  readonly logs: readonly string[];
  /** Name → C2SP vkey text. */
  readonly witnesses?: Readonly<Record<string, string>>;
  /** How many of the witnesses must have cosigned. @default all of them */
  readonly threshold?: number;
}

/** A trust file for these logs and witnesses. @throws DmitryError `ledger.policy_invalid` */
export function createTrustFile({ logs, witnesses = {}, threshold }: TrustOptions): TrustFile {
  const names = Object.keys(witnesses);
  const quorum =
    names.length === 0
      ? ['quorum none']
      : [`group witnesses ${threshold ?? 'all'} ${names.join(' ')}`, 'quorum witnesses'];
  const lines = [
    ...logs.map((key) => `log ${key}`),
    ...Object.entries(witnesses).map(([name, key]) => `witness ${name} ${key}`),
    ...quorum,
  ];
  const policy = `${lines.join('\n')}\n`;
  parseTlogPolicy(policy);
  return { v: 1, policy };
}
