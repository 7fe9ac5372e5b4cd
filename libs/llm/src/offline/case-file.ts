import {
  type EntityRef,
  EntityRef as EntityRefSchema,
  parseWith,
  type Severity,
  SEVERITIES,
  severityOf,
} from '@dmitry/contracts';
import { listOf, type LlmMessage, type Members, membersOf, numberOf, readDataBlocks, textOf } from '../core/index.ts';

/** A tool's result as the prompt shows it: what was read, and the ledger entry that proves it. */
export interface ShownResult {
  readonly tool: string;
  readonly entry: string;
  readonly data: Members;
}

/** What the prompt says, read from its data blocks alone: never from the words around them. */
export interface CaseFile {
  readonly findingId: string | null;
  readonly entity: EntityRef | null;
  readonly entityId: string | null;
  readonly severity: Severity;
  readonly riskScore: number | null;
  readonly exposed: boolean;
  /** Ledger entries handed in as evidence. */
  readonly evidence: readonly string[];
  readonly results: readonly ShownResult[];
  /** Whether tools have been called already. */
  readonly asked: boolean;
}

/** Reads `case` blocks of user messages and `tool_result` blocks of tool messages. Never throws, whatever they hold. */
export function readCaseFile(messages: readonly LlmMessage[]): CaseFile {
  const blocks = (role: LlmMessage['role'], name: string): Members[] =>
    messages
      .filter((message) => message.role === role)
      .flatMap((message) => readDataBlocks(message.content))
      .filter((block) => block.name === name)
      .map((block) => membersOf(block.value));
  const about = blocks('user', 'case')[0] ?? {};
  const results = blocks('tool', 'tool_result').flatMap(shownResult);
  const score = riskScore(about, results);
  const entity = parseWith(EntityRefSchema, refOf(about['entity']));
  return {
    findingId: textOf(about['finding_id']),
    entity: entity.ok ? entity.value : entityOf(results),
    entityId: textOf(membersOf(about['entity'])['id']),
    severity: severity(about['severity'], score),
    riskScore: score,
    exposed: listOf(about['exposure_paths']).length > 0,
    evidence: listOf(about['evidence']).flatMap((each) => textOf(membersOf(each)['entry']) ?? []),
    results,
    asked: messages.some((message) => message.role === 'assistant' && (message.toolCalls ?? []).length > 0),
  };
}

function shownResult(block: Members): ShownResult[] {
  const { status } = block;
  const tool = textOf(block['tool']);
  const entry = textOf(block['entry']);
  return status === 'ok' && tool && entry ? [{ tool, entry, data: membersOf(block['data']) }] : [];
}

function riskScore(about: Members, results: readonly ShownResult[]): number | null {
  const own = numberOf(about['risk_score']);
  if (own !== null) return own;
  const read = results
    .flatMap((result) => [result.data, ...rows(result.data)])
    .flatMap((row) => numberOf(row['risk_score']) ?? []);
  return read.length > 0 ? Math.max(...read) : null;
}

function severity(said: unknown, score: number | null): Severity {
  const name = typeof said === 'string' ? said.toLowerCase() : '';
  const known = SEVERITIES.find((each) => each === name || (name === 'info' && each === 'informational'));
  return known ?? severityOf(score ?? 0);
}

/** The riskiest entity that a result names with its type. */
function entityOf(results: readonly ShownResult[]): EntityRef | null {
  const rated = results
    .flatMap((result) => [...rows(result.data), result.data])
    .flatMap((row) => {
      const ref = parseWith(EntityRefSchema, { type: row['entity_type'], id: row['entity_id'] });
      return ref.ok ? [{ ref: ref.value, score: numberOf(row['risk_score']) ?? 0 }] : [];
    })
    .sort((a, b) => b.score - a.score);
  return rated[0]?.ref ?? null;
}

/** The rows of a list result: whichever of its members is a list of objects. */
export const rows = (data: Members): Members[] =>
  ['findings', 'entities', 'actions'].flatMap((key) => listOf(data[key])).map(membersOf);

const refOf = (value: unknown): Members => {
  const { type, id } = membersOf(value);
  return { type, id };
};
