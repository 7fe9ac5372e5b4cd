import { entityRefOf } from './entity-names.ts';
import type { AdviseInput, ChatInput } from './analyst.port.ts';
import type { Dossier } from './dossier.ts';
import { membersOf, numberOf, textOf } from '@dmitry/llm';

/** What a request is about, and the case as the prompt shows it (not yet cleaned). */
export interface CaseData {
  readonly subject: Dossier['subject'];
  readonly about: Readonly<Record<string, unknown>>;
}

export function adviseCase({ request, evidence }: AdviseInput): CaseData {
  const entity = entityRefOf(request.entity.type, request.entity.id);
  return {
    subject: {
      findingId: request.finding_id,
      eventId: null,
      correlationId: null,
      entity,
      entityName: request.entity.name ?? null,
      riskScore: request.risk_score,
    },
    about: {
      finding_id: request.finding_id,
      entity: { ...request.entity, type: entity?.type ?? request.entity.type },
      severity: request.severity,
      risk_score: request.risk_score,
      exposure_paths: request.exposure_paths,
      policy_context: request.policy_context ?? {},
      evidence: evidence.map(({ entry, kind }) => ({ entry, kind })),
    },
  };
}

export function chatCase({ request, evidence }: ChatInput): CaseData {
  const context = membersOf(request.context);
  const entityId = textOf(context['entity_id']);
  const entity = entityRefOf(context['entity_type'], entityId);
  const riskScore = numberOf(context['risk_score']);
  return {
    subject: {
      findingId: textOf(context['finding_id']),
      eventId: textOf(context['event_id']),
      correlationId: textOf(context['correlation_id']),
      entity,
      entityName: null,
      riskScore,
    },
    about: {
      question: request.message,
      finding_id: textOf(context['finding_id']),
      ...(entityId ? { entity: { type: entity?.type ?? null, id: entityId } } : {}),
      risk_score: riskScore,
      context,
      evidence: evidence.map(({ entry, kind }) => ({ entry, kind })),
    },
  };
}
