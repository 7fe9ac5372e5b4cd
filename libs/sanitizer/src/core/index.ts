/** The door of @dmitry/sanitizer: Secrets, personal data and prompt injection: findings, redaction with offsets, provenance labels. */
export { CATEGORIES, leastTrusted, ORIGINS, sourceOf, TEXT_SOURCES } from './sanitizer-finding.ts';
export type { Category, Origin, Provenance, SanitizerFinding, TextSource } from './sanitizer-finding.ts';
export { scan, SECRET_RULES } from './scan.ts';
export type { ScanOptions, ScanResult } from './scan.ts';
export type { DecodeBudget } from './decode.ts';
export { INJECTION_THRESHOLD } from './injection.ts';
export { INJECTION_SIGNS } from './injection-rules.ts';
export type { InjectionSign } from './injection-rules.ts';
export type { PatternRule } from './pattern-rule.ts';
export { PII_RULES } from './pii-rules.ts';
export { redact } from './redact.ts';
export type { Redacted, Redaction, RedactOptions } from './redact.ts';
export { sanitiseValue } from './sanitise-value.ts';
export type { SanitisedValue, ValueFinding } from './sanitise-value.ts';
export { isSensitiveKey } from './sensitive-key.ts';
