/** Which tenant an event belongs to, by configuration and nothing else (DESIGN.md 6). */
export interface TenantRouting {
  /** Topic → tenant of everything on it. A topic that is consumed and not named here carries several tenants. */
  readonly topics: Readonly<Record<string, string>>;
  /** Cloud account → tenant: decides on topics that carry several tenants, and may only agree with the tenant of any other. */
  readonly accounts: Readonly<Record<string, string>>;
}

/** Whose a record is, or where it is kept as a dead letter: `owner` is null where nobody's tenant is configured. */
export type TenantVerdict =
  | { readonly kind: 'of'; readonly tenant: string }
  | { readonly kind: 'refused'; readonly owner: string | null; readonly message: string };

/** The tenant of a record on a topic. Whoever may write to a tenant's topic puts nothing into another tenant (promise P7). */
export function tenantOf(routing: TenantRouting, topic: string, record: unknown): TenantVerdict {
  const byTopic = named(routing.topics, topic);
  const byAccount = named(routing.accounts, accountOf(record));
  if (byTopic !== null && byAccount !== null && byTopic !== byAccount) {
    return { kind: 'refused', owner: byTopic, message: 'the cloud account of the record is another tenant’s' };
  }
  const tenant = byTopic ?? byAccount;
  if (tenant !== null) return { kind: 'of', tenant };
  return { kind: 'refused', owner: null, message: `no tenant is configured for topic ${topic}, nor for the account` };
}

const named = (table: Readonly<Record<string, string>>, name: string | null): string | null =>
  name !== null && Object.hasOwn(table, name) ? (table[name] ?? null) : null;

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
