/** An address as a number and its width in bits; null when it is none. A leading zero in an octet is none (ambiguous base). */
function parseAddress(text: string): { readonly value: bigint; readonly bits: 32 | 128 } | null {
  const v4 = parseV4(text);
  if (v4 !== null) return { value: v4, bits: 32 };
  const v6 = text.includes(':') ? parseV6(text) : null;
  return v6 === null ? null : { value: v6, bits: 128 };
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = value * 256n + BigInt(part);
  }
  return value;
}

function parseV6(text: string): bigint | null {
  if (text.length > 45) return null;
  const plain = withoutDottedTail(text);
  const groups = plain === null ? null : groupsOf(plain);
  if (!groups?.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}

/** An IPv4 address at the end, as in `::ffff:192.0.2.1`, written as two groups (RFC 4291 2.2, 3). */
function withoutDottedTail(text: string): string | null {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (!embedded) return text;
  const low = parseV4(embedded[2] ?? '');
  return low === null ? null : `${embedded[1] ?? ''}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
}

/** The eight groups, `::` filled with zeros; null when there are more or fewer. */
function groupsOf(text: string): readonly string[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  return [...left, ...Array.from({ length: missing }, () => '0'), ...right];
}

/** A test for membership in a network (`10.0.0.0/8`, `2001:db8::/32`), or null when it is not one. */
export function cidrTest(network: string): ((value: string) => boolean) | null {
  const [text = '', length = '', ...rest] = network.split('/');
  const base = parseAddress(text);
  if (!base || rest.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > base.bits) return null;
  const shift = BigInt(base.bits - Number(length));
  return (value) => {
    const address = parseAddress(value);
    return address !== null && address.bits === base.bits && address.value >> shift === base.value >> shift;
  };
}
