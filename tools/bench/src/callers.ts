/** So many callers, each with one operation under way, until `count` are done. */
export async function callers(
  number: number,
  count: number,
  start: (caller: number) => Promise<(n: number) => Promise<unknown>>,
  latenciesUs: number[],
): Promise<number> {
  let next = 0;
  const one = async (caller: number): Promise<void> => {
    const operation = await start(caller);
    for (let n = next++; n < count; n = next++) {
      const startedMs = performance.now();
      await operation(n);
      latenciesUs.push((performance.now() - startedMs) * 1_000);
    }
  };
  await Promise.all(Array.from({ length: number }, (_, caller) => one(caller)));
  return count;
}
