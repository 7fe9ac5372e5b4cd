/** A line of the appending program: what was acknowledged or signed, after the fact. */
export type Said =
  | { readonly said: 'appending' }
  | { readonly said: 'intent' | 'outcome'; readonly tenant: string; readonly id: string }
  | { readonly said: 'signed'; readonly tenant: string; readonly note: string };

export const TENANTS = ['acme', 'globex'] as const;
