/** Deeper than any reply of the neighbours; what lies below is not used. */
const MAX_DEPTH = 6;

/** Whether a reply speaks for another tenant: in its X-Tenant-ID header, or in any member `tenant_id` of its body. */
export function speaksForAnother(
  reply: { readonly body: unknown; readonly headers: Readonly<Record<string, string>> },
  tenant: string,
): boolean {
  const named = reply.headers['x-tenant-id'];
  return (named !== undefined && named !== tenant) || namesAnother(reply.body, tenant, 0);
}

function namesAnother(value: unknown, tenant: string, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((item) => namesAnother(item, tenant, depth + 1));
  return Object.entries(value).some(([name, member]) =>
    name === 'tenant_id' && typeof member === 'string' ? member !== tenant : namesAnother(member, tenant, depth + 1),
  );
}
