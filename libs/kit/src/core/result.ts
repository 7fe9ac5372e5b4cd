/** An exhaustive switch's default: the compiler refuses it while a case is missing. */
export function unreachable(value: never): never {
  throw new TypeError(`unreachable: ${JSON.stringify(value)}`);
}
