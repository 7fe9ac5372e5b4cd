/**
 * A generator of UUIDv7 (RFC 9562 5.7) whose ids increase within a process even when the clock stands still or goes back:
 * `rand_a` is a 12-bit counter, method 1 of section 6.2.
 */
export function uuidV7(now: () => number, bytes: (length: number) => Uint8Array): () => string {
  let last = 0;
  let counter = 0;
  return () => {
    const time = now();
    if (time > last) {
      last = time;
      counter = 0;
    } else if (++counter > 0xfff) {
      last += 1; // borrow from the future rather than repeat
      counter = 0;
    }
    return format(last, counter, bytes(8));
  };
}

function format(time: number, counter: number, random: Uint8Array): string {
  const stamp = time.toString(16).padStart(12, '0');
  const variant = ((random[0] ?? 0) & 0x3f) | 0x80;
  const tail = Buffer.from(random).toString('hex');
  const a = counter.toString(16).padStart(3, '0');
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${a}-${variant.toString(16)}${tail.slice(2, 4)}-${tail.slice(4, 16)}`;
}
