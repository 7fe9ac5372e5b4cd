import type { Dossier } from './dossier.ts';
import type { TextGuard, TextSource } from './text-guard.port.ts';

/** A value as the model may see it; what was taken out or looks like an instruction becomes a warning of the advice. */
export function cleaned(
  guard: TextGuard,
  dossier: Pick<Dossier, 'warnings'>,
  value: unknown,
  about: { readonly source: TextSource; readonly what: string },
): unknown {
  const guarded = guard.clean(value, about.source);
  if (guarded.redacted.length > 0)
    dossier.warnings.add(`${about.what}: ${guarded.redacted.length} secret(s) were taken out`);
  for (const { rule } of guarded.suspicious) {
    dossier.warnings.add(
      `${about.what}: text that reads like an instruction to the model (${rule}); it was treated as data`,
    );
  }
  return guarded.value;
}
