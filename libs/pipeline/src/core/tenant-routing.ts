/** Which tenant an event belongs to, by configuration and nothing else (DESIGN.md 6). */
export interface TenantRouting {
  /** Topic → tenant of everything on it. */
  readonly topics: Readonly<Record<string, string>>;
  /** Cloud account → tenant, for topics that carry several tenants. */
  readonly accounts: Readonly<Record<string, string>>;
}

/** The tenant of a record on a topic: by its cloud account where one is configured, else by the topic; null where neither is. */
export function tenantOf(routing: TenantRouting, topic: string, record: unknown): string | null {
  const account = accountOf(record);
  const byAccount =
    account !== null && Object.hasOwn(routing.accounts, account) ? routing.accounts[account] : undefined;
  const byTopic = Object.hasOwn(routing.topics, topic) ? routing.topics[topic] : undefined;
  return byAccount ?? byTopic ?? null;
}

/** The cloud account of a CloudTrail record or an OCSF event, bare or in a CloudEvents envelope. */
function accountOf(record: unknown): string | null {
  const body = member(record, 'specversion') === undefined ? record : member(record, 'data');
  const found = member(body, 'recipientAccountId') ?? member(member(member(body, 'cloud'), 'account'), 'uid');
  return typeof found === 'string' ? found : null;
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
