import { isPlaceholder } from './secret-checks.ts';
import { marker, redact } from './redact.ts';
import type { SanitizerFinding } from './sanitizer-finding.ts';
import { scan, type ScanOptions } from './scan.ts';
import { isSensitiveKey } from './sensitive-key.ts';

/** A finding in a JSON value: `pointer` (RFC 6901) names the string that the offsets count in. */
export interface ValueFinding extends SanitizerFinding {
  readonly pointer: string;
}
export interface SanitisedValue {
  readonly value: unknown;
  readonly findings: readonly ValueFinding[];
  /** Strings that were changed. */
  readonly redactedPointers: readonly string[];
}

/** Deeper than this nothing is read: it is replaced whole. */
const MAX_DEPTH = 64;

/** A copy of a JSON value without secrets and personal data, however deep they stand: objects, arrays, objects in arrays. */
export function sanitiseValue(value: unknown, options: ScanOptions = {}): SanitisedValue {
  const walk = new Walk(options);
  return {
    value: walk.copy(value, '', { depth: 0, sensitive: false }),
    findings: walk.findings,
    redactedPointers: walk.redacted,
  };
}

interface Place {
  readonly depth: number;
  /** The name it stands under says that it is a secret. */
  readonly sensitive: boolean;
}

class Walk {
  readonly findings: ValueFinding[] = [];
  readonly redacted: string[] = [];

  private readonly options: ScanOptions;

  constructor(options: ScanOptions) {
    this.options = options;
  }

  copy(value: unknown, pointer: string, place: Place): unknown {
    if (typeof value === 'string') return this.text(value, pointer, place);
    if (typeof value !== 'object' || value === null) return value;
    if (place.depth >= MAX_DEPTH) return this.replaced(pointer, marker('too_deep'));
    const depth = place.depth + 1;
    if (Array.isArray(value))
      return value.map((item, at) => this.copy(item, `${pointer}/${at}`, { depth, sensitive: place.sensitive }));
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        this.copy(member, `${pointer}/${escaped(key)}`, { depth, sensitive: isSensitiveKey(key) }),
      ]),
    );
  }

  private text(text: string, pointer: string, { sensitive }: Place): string {
    const wantsSecrets = this.options.categories?.includes('secret') ?? true;
    if (sensitive && wantsSecrets && text !== '' && !isPlaceholder(text)) {
      this.findings.push({
        category: 'secret',
        type: 'secret_member',
        rule: 'member-name',
        start: 0,
        end: text.length,
        confidence: 0.9,
        pointer,
      });
      return this.replaced(pointer, marker('secret_member'));
    }
    const { findings } = scan(text, this.options);
    this.findings.push(...findings.map((each) => ({ ...each, pointer })));
    const clean = redact(text, findings);
    return clean.redactions.length > 0 ? this.replaced(pointer, clean.text) : text;
  }

  private replaced(pointer: string, text: string): string {
    this.redacted.push(pointer);
    return text;
  }
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
