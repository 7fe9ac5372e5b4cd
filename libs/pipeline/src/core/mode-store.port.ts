import type { Tx } from '@dmitry/storage';

/** The predecessor's modes (domain.md 1.1). Here a mode is a label that callers set and read back; it selects no behaviour. */
export const MODES = ['utility', 'general', 'design', 'developer', 'research', 'security', 'simulation'] as const;
export type Mode = (typeof MODES)[number];

const ALIASES: Readonly<Record<string, Mode>> = {
  architect: 'design',
  dev: 'developer',
  audit: 'security',
  whatif: 'simulation',
};

/** The mode of a name or alias, whatever its case; null for anything else. */
export function modeOf(name: string): Mode | null {
  const lower = name.trim().toLowerCase();
  return MODES.find((mode) => mode === lower) ?? (Object.hasOwn(ALIASES, lower) ? (ALIASES[lower] ?? null) : null);
}

/** The mode of the transaction's tenant. */
export interface ModeStore {
  /** `security` until one is set. */
  get(tx: Tx): Promise<Mode>;
  set(tx: Tx, mode: Mode): Promise<void>;
}
export const ModeStore = Symbol('ModeStore');
