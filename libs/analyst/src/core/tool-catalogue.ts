import { parseWith, strictObject } from '@dmitry/contracts';
import { jsonOf, type LlmTool, type ToolCall } from '@dmitry/llm';
import { type Static, type TSchema, Type } from 'typebox';
import type { PlatformRead } from './platform-tools.port.ts';

const Id = Type.String({ minLength: 1, maxLength: 256 });
const Word = Type.Optional(Type.String({ minLength: 1, maxLength: 128 }));
const FindingsArguments = strictObject({
  filters: Type.Optional(
    strictObject({ risk_level: Word, entity_type: Word, entity_id: Word, source: Word, finding_type: Word }),
  ),
});
const FindingArguments = strictObject({ finding_id: Id });
const SearchArguments = strictObject({
  query: Type.String({ minLength: 1, maxLength: 512 }),
  filters: Type.Optional(strictObject({ risk_level: Word, entity_type: Word })),
});
const ExecuteArguments = strictObject({
  action_id: Id,
  params: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^\\w{1,64}$' }),
      Type.Union([Type.String({ maxLength: 256 }), Type.Number(), Type.Boolean()]),
      { additionalProperties: false, maxProperties: 16 },
    ),
  ),
});

/** A tool call that is one of the five, with its arguments checked; or what to tell the model. */
export type CheckedCall =
  | { readonly kind: 'read'; readonly read: PlatformRead }
  | { readonly kind: 'execute'; readonly actionId: string; readonly params: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly message: string };

interface ToolEntry {
  readonly description: string;
  readonly parameters: TSchema;
  readonly endpoint: string;
  check(args: unknown): CheckedCall;
}

function tool<S extends TSchema>(
  parameters: S,
  about: Omit<ToolEntry, 'parameters' | 'check'>,
  use: (args: Static<S>) => CheckedCall,
): ToolEntry {
  return {
    ...about,
    parameters,
    check(args) {
      const parsed = parseWith(parameters, args);
      if (parsed.ok) return use(parsed.value);
      const faults = parsed.faults.slice(0, 5).map((fault) => `${fault.pointer || '/'}: ${fault.message}`);
      return { kind: 'refused', message: `arguments not valid: ${faults.join('; ')}` };
    },
  };
}

const read = (call: PlatformRead): CheckedCall => ({ kind: 'read', read: call });

const TOOLS = new Map<string, ToolEntry>([
  [
    'platform_get_risk_findings',
    tool(
      FindingsArguments,
      {
        endpoint: '/api/v1/risk-findings',
        description:
          'Lists risk findings with entity, risk score and level. Filters: risk_level (LOW to CRITICAL), entity_type, entity_id, source, finding_type.',
      },
      (args) => read({ tool: 'platform_get_risk_findings', filters: wellFormed(args.filters ?? {}) }),
    ),
  ],
  [
    'platform_get_finding_details',
    tool(
      FindingArguments,
      {
        endpoint: '/api/v1/risk-findings/{finding_id}',
        description: 'Reads one finding: entity, score, factors, related entities.',
      },
      (args) => read({ tool: 'platform_get_finding_details', findingId: args.finding_id.toWellFormed() }),
    ),
  ],
  [
    'platform_search_entities',
    tool(
      SearchArguments,
      {
        endpoint: '/api/v1/entities/search',
        description: 'Finds entities by name or id, with type, risk score and level.',
      },
      (args) =>
        read({
          tool: 'platform_search_entities',
          query: args.query.toWellFormed(),
          filters: wellFormed(args.filters ?? {}),
        }),
    ),
  ],
  [
    'platform_propose_actions',
    tool(
      FindingArguments,
      {
        endpoint: '/api/v1/risk-findings/{finding_id}/actions',
        description: 'Lists the actions that the Platform suggests for a finding.',
      },
      (args) => read({ tool: 'platform_propose_actions', findingId: args.finding_id.toWellFormed() }),
    ),
  ],
  [
    'platform_execute_action',
    tool(
      ExecuteArguments,
      {
        endpoint: '',
        description: 'Does not execute: it only proposes a suggested action to the safety gate, which decides.',
      },
      (args) => ({ kind: 'execute', actionId: args.action_id.toWellFormed(), params: wellFormed(args.params ?? {}) }),
    ),
  ],
]);

/** The five Platform tools as a model is offered them (domain.md 2.1). */
export const ANALYST_TOOLS: readonly LlmTool[] = [...TOOLS].map(([name, entry]) => ({
  name,
  description: entry.description,
  parameters: JSON.parse(JSON.stringify(entry.parameters)) as Record<string, unknown>,
}));

/** Platform path of a read, as a template. */
export const endpointOf = (name: string): string => TOOLS.get(name)?.endpoint ?? '';

/** Checks a tool call of the model. Never throws, whatever the model wrote. */
export function checkToolCall(call: ToolCall): CheckedCall {
  const entry = TOOLS.get(call.name);
  if (!entry) return { kind: 'refused', message: `there is no such tool: use one of ${[...TOOLS.keys()].join(', ')}` };
  const args = call.arguments.trim() === '' ? {} : jsonOf(call.arguments);
  return args === undefined ? { kind: 'refused', message: 'arguments are not JSON' } : entry.check(args);
}

/** A lone surrogate cannot be written to the ledger (RFC 8785 3.2.2.2), and JSON text can smuggle one in as an escape. */
const wellFormed = <T extends object>(values: T): T =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'string' ? value.toWellFormed() : value,
    ]),
  ) as T;
