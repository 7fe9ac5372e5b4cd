import { isDmitryError } from '@dmitry/kit';
import { ledgerFault } from '../ledger.errors.ts';
import { SIGNATURE_TYPE } from './signature-schemes.ts';
import { parseVerifierKey, type VerifierKey, verifierKey } from './verifier-key.ts';

/** Who must have cosigned. A group holds when at least `threshold` of its members do. */
export type Quorum =
  | { readonly kind: 'none' }
  | { readonly kind: 'witness'; readonly name: string; readonly key: VerifierKey }
  | { readonly kind: 'group'; readonly name: string; readonly threshold: number; readonly members: readonly Quorum[] };

/** C2SP tlog-policy: whose logs are believed, and whose cosignatures a checkpoint needs. */
export interface TlogPolicy {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: readonly VerifierKey[];
  readonly quorum: Quorum;
  /** Submission prefixes of the witnesses that have one in the policy: whom a log asks. */
  readonly addresses: ReadonlyMap<VerifierKey, string>;
}

/** The specification asks for 32 of each; more is a lever to whoever hands us policies. */
const MAX_LINES = 1_000;
const RESERVED_NAMES = new Set(['none', 'all', 'any']);
// oxlint-disable-next-line no-control-regex -- tlog-policy, Character set: tab and newline are the only control characters
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** @throws DmitryError `ledger.policy_invalid`, naming the line */
export function parseTlogPolicy(text: string): TlogPolicy {
  const lines = text.split('\n');
  if (FORBIDDEN.test(text) || lines.length > MAX_LINES)
    throw invalid(0, `control characters, or more than ${MAX_LINES} lines`);
  const reader = new PolicyReader();
  for (const [at, line] of lines.entries()) {
    const fields = line.split(/[ \t]+/).filter((field) => field !== '');
    const comment = fields.findIndex((field) => field.startsWith('#'));
    reader.read(at + 1, comment < 0 ? fields : fields.slice(0, comment));
  }
  return reader.policy();
}

const invalid = (line: number, why: string) =>
  ledgerFault('ledger.policy_invalid', `not a trust policy (C2SP tlog-policy), line ${line}: ${why}`, {
    severity: 'warn',
  });

class PolicyReader {
  private readonly logs: VerifierKey[] = [];
  private readonly witnesses: VerifierKey[] = [];
  private readonly addresses = new Map<VerifierKey, string>();
  private readonly names = new Map<string, Quorum>();
  private readonly grouped = new Set<string>();
  private quorum: Quorum | null = null;
  private line = 0;

  read(line: number, [keyword, ...fields]: readonly string[]): void {
    this.line = line;
    switch (keyword) {
      case undefined:
        return;
      case 'log':
        return this.log(fields);
      case 'witness':
        return this.witness(fields);
      case 'group':
        return this.group(fields);
      case 'quorum':
        return this.setQuorum(fields);
      default:
        throw this.fault(`"${keyword.slice(0, 40)}" is not log, witness, group or quorum`);
    }
  }

  policy(): TlogPolicy {
    if (!this.quorum) throw this.fault('no quorum line; write "quorum none" to demand no witness');
    return { logs: this.logs, witnesses: this.witnesses, quorum: this.quorum, addresses: this.addresses };
  }

  private log([text = '', , ...rest]: readonly string[]): void {
    const key = this.key(text, rest);
    // C2SP tlog-checkpoint, Signatures: ML-DSA-44 for new logs; a witness's Ed25519 type says less than a log's own.
    if (key.type === SIGNATURE_TYPE.cosignatureEd25519)
      throw this.fault('a log signs with signature type 1 (Ed25519) or 6 (ML-DSA-44)');
    this.logs.push(this.unique(key, this.logs));
  }

  private witness([name = '', text = '', url, ...rest]: readonly string[]): void {
    const key = this.key(text, rest);
    // Older policies give the witness's plain Ed25519 key; what it signs are cosignatures all the same.
    const type = key.type === SIGNATURE_TYPE.ed25519 ? SIGNATURE_TYPE.cosignatureEd25519 : key.type;
    const cosigner = verifierKey(key.name, type, key.publicKey);
    this.witnesses.push(this.unique(cosigner, this.witnesses));
    if (url !== undefined) this.addresses.set(cosigner, url);
    this.define(name, { kind: 'witness', name, key: cosigner });
  }

  private group([name = '', rule = '', ...members]: readonly string[]): void {
    const quorums = members.map((member) => this.member(member));
    const threshold = rule === 'all' ? members.length : rule === 'any' ? 1 : Number(/^[1-9][0-9]*$/.exec(rule)?.[0]);
    if (!(threshold >= 1 && threshold <= members.length))
      throw this.fault(`a group needs all, any or a number of 1 to its ${members.length} members, not "${rule}"`);
    this.define(name, { kind: 'group', name, threshold, members: quorums });
  }

  /** Each name counts once, so that a witness contributes in one way only. */
  private member(name: string): Quorum {
    const member = this.names.get(name);
    if (!member) throw this.fault(`"${name}" is not defined above`);
    if (this.grouped.has(name)) throw this.fault(`"${name}" is a member already`);
    this.grouped.add(name);
    return member;
  }

  private setQuorum([name = '', ...rest]: readonly string[]): void {
    const quorum = name === 'none' ? ({ kind: 'none' } as const) : this.names.get(name);
    if (this.quorum) throw this.fault('a second quorum line');
    if (!quorum || rest.length > 0) throw this.fault(`the quorum "${name}" is not defined above`);
    this.quorum = quorum;
  }

  private define(name: string, quorum: Quorum): void {
    if (name === '' || RESERVED_NAMES.has(name)) throw this.fault(`"${name}" is not a name`);
    if (this.names.has(name)) throw this.fault(`"${name}" is defined twice`);
    this.names.set(name, quorum);
  }

  private key(text: string, rest: readonly string[]): VerifierKey {
    if (rest.length > 0) throw this.fault('too many fields');
    try {
      return parseVerifierKey(text);
    } catch (error) {
      throw isDmitryError(error) ? this.fault(error.message) : error;
    }
  }

  /** The key itself counts, under whatever name. */
  private unique(key: VerifierKey, known: readonly VerifierKey[]): VerifierKey {
    if (known.some(({ publicKey }) => Buffer.compare(publicKey, key.publicKey) === 0))
      throw this.fault('the key is there twice');
    return key;
  }

  private fault(why: string) {
    return invalid(this.line, why);
  }
}
