import { canonicalJson, type EntityRef, entityKey } from '@dmitry/contracts';
import type { AdviceSubject, HandedEvidence, RefusedAction, ToolRun } from './advice.ts';
import { entityRefOf } from './entity-names.ts';
import { listOf, membersOf, type Members, textOf } from '@dmitry/llm';
import type { PlatformRead } from './platform-tools.port.ts';

/** An action that the Platform suggests for a finding, as a tool showed it. */
export interface SuggestedAction {
  readonly actionType: string;
  readonly description: string;
  /** A label or a number, as the Platform has it. */
  readonly priority: unknown;
  readonly entry: string;
}

/** An action that the model tried to execute: it becomes a proposal, if it names a suggested one. */
export interface ExecuteRequest {
  readonly actionId: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Everything that one request has really seen: what may be cited, what may be a target, what is to be reported. */
export interface Dossier {
  readonly subject: Omit<AdviceSubject, 'findingResolved' | 'eventResolved'>;
  readonly evidence: readonly HandedEvidence[];
  /** Entry ids that may be cited. */
  readonly citable: Set<string>;
  /** Entities that may be a target, by `type:id`. */
  readonly targets: Map<string, EntityRef>;
  readonly suggested: Map<string, SuggestedAction>;
  /** Findings whose details were read. */
  readonly findingsRead: Set<string>;
  readonly executes: ExecuteRequest[];
  readonly runs: ToolRun[];
  readonly warnings: Set<string>;
  readonly refused: RefusedAction[];
  /** Results of this request, by the read they answer: the same question is asked once. */
  readonly answered: Map<string, string>;
}

export function openDossier(
  subject: Dossier['subject'],
  evidence: readonly HandedEvidence[],
  unresolved: readonly string[] = [],
): Dossier {
  const dossier: Dossier = {
    subject,
    evidence,
    citable: new Set(evidence.map((each) => each.entry)),
    targets: new Map(),
    suggested: new Map(),
    findingsRead: new Set(),
    executes: [],
    runs: [],
    warnings: new Set(),
    refused: [],
    answered: new Map(),
  };
  if (subject.entity) addTarget(dossier, subject.entity);
  for (const reference of unresolved) {
    dossier.warnings.add(
      `evidence reference ${reference.slice(0, 128)} does not resolve: it was not counted`.toWellFormed(),
    );
  }
  return dossier;
}

export const readKey = (read: PlatformRead): string => canonicalJson(read);

const addTarget = (dossier: Dossier, entity: EntityRef): void => void dossier.targets.set(entityKey(entity), entity);

/** Takes in what a read brought: its entry may be cited, the entities that it names may be targets. */
export function takeReading(
  dossier: Dossier,
  read: PlatformRead,
  reading: { readonly data: unknown; readonly entry: string },
): void {
  dossier.citable.add(reading.entry);
  if (read.tool === 'platform_get_finding_details') dossier.findingsRead.add(read.findingId);
  const data = membersOf(reading.data);
  const named = [
    data,
    ...['findings', 'entities', 'related_entities'].flatMap((key) => listOf(data[key]).map(membersOf)),
  ];
  for (const each of named) {
    const entity = entityRefOf(each['entity_type'] ?? each['type'], each['entity_id'] ?? each['id']);
    if (entity) addTarget(dossier, entity);
  }
  for (const action of listOf(data['actions']).map(membersOf)) addSuggestion(dossier, action, reading.entry);
}

function addSuggestion(dossier: Dossier, action: Members, entry: string): void {
  const id = textOf(action['action_id']);
  const actionType = textOf(action['action_type']);
  if (!id || !actionType) return;
  dossier.suggested.set(id, {
    actionType,
    description: textOf(action['description']) ?? '',
    priority: action['priority'],
    entry,
  });
}

/** The subject, with what the evidence bears out: an id that only the caller names is not counted (P3). */
export function resolvedSubject(dossier: Dossier): AdviceSubject {
  const { findingId, eventId } = dossier.subject;
  return {
    ...dossier.subject,
    findingResolved:
      findingId !== null &&
      (dossier.findingsRead.has(findingId) || dossier.evidence.some((each) => each.finding === findingId)),
    eventResolved: eventId !== null && dossier.evidence.some((each) => each.event === eventId),
  };
}
