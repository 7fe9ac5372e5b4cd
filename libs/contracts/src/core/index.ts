/** The door of @dmitry/contracts: what crosses a wire. */
export { EntryId, parseWith, Sha256Hex, strictObject, stringEnum, TenantId, Timestamp } from './schema.ts';
export type { Parsed, SchemaFault } from './schema.ts';
export { bandFloor, compareSeverity, ocsfSeverityId, SEVERITIES, Severity, severityOf } from './severity.ts';
export { canonicalBytes, canonicalJson, digestOf, sha256Hex } from './canonical.ts';
export { ENTITY_TYPES, entityKey, EntityRef, EntityType } from './entity.ts';
export {
  Action,
  ACTION_TYPES,
  actionDigest,
  ActionType,
  BLAST_RADII,
  BlastRadius,
  CatalogueEntry,
  EFFECT_KINDS,
  effectKey,
  Impact,
  IMPACTS,
  runId,
} from './action.ts';
export type { EffectKind } from './action.ts';
export { EXPOSURE_DIRECTIONS, SECURITY_EVENT_TYPES, SecurityEvent, SENSITIVITY_TAGS } from './security-event.ts';
export { OCSF_CLASS, OCSF_VERSION, OcsfDetectionFinding, OcsfEvent } from './ocsf.ts';
export { CloudEvent } from './cloud-event.ts';
export {
  Finding,
  FINDING_STATUSES,
  FindingEvidence,
  FindingScore,
  FindingStatus,
  Incident,
  ScoreTerm,
} from './finding.ts';
export {
  Approval,
  APPROVAL_STATUSES,
  approvalStatement,
  ApprovalVote,
  ASSURANCES,
  Confidence,
  Decision,
  DecisionReason,
  PolicyRef,
  Verdict,
  VERDICTS,
} from './decision.ts';
export {
  Effect,
  EFFECT_STATES,
  EffectState,
  ExecuteActionRequest,
  ExecuteActionResponse,
  Run,
  RUN_STATUSES,
  RunStatus,
} from './run.ts';
export {
  ACTOR_KINDS,
  Bundle,
  BundleEntry,
  Disclosure,
  ENTRY_TYPES,
  EntryType,
  LedgerEntry,
  MAX_ENTRY_BYTES,
  PayloadPart,
  TrustFile,
  VerifyReport,
} from './ledger-entry.ts';
export {
  JudgedInputs,
  JudgedRequest,
  MAX_RECORDING_LINE_BYTES,
  parseRecordingLine,
  RecordedAdvice,
  RecordedAdviceResult,
  RecordedAnswer,
  RecordedDecision,
  RecordedEvent,
  RecordedFacts,
  RecordedFinding,
  RecordedIncident,
  RecordedPolicy,
  RecordedReading,
  RecordingEnd,
  RecordingHeader,
  RecordingLine,
  RECORDING_KINDS,
} from './recording.ts';
export { AdviseRequest, AdviseResponse, EvidenceLink, RecommendedAction, RiskFactor } from './advise.ts';
export { ChatCitation, ChatRequest, ChatResponse, ChatSource, EvidenceChain, ProposedAction } from './chat.ts';
export {
  PRODUCER_VERSION,
  SCHEMA_VERSION,
  ServiceHealth,
  ServiceHeartbeat,
  ServiceLiveness,
  ServiceReadiness,
  ServiceRegistration,
} from './service-health.ts';
export {
  EffectLog,
  EffectLogLine,
  LegacyExecuteReply,
  NeighbourHealth,
  PlatformEntity,
  PlatformEntityList,
  PlatformFinding,
  PlatformFindingDetails,
  PlatformFindingList,
  PlatformProposedAction,
  PlatformProposedActions,
  UndoActionRequest,
} from './platform-api.ts';
export {
  PdriBlastRadius,
  PdriEntityScore,
  PdriExposurePath,
  PdriExposurePaths,
  PdriFinding,
  PdriFindingList,
  PdriIngestBatchReply,
  PdriIngestReply,
  PdriSubgraph,
} from './pdri-api.ts';
export {
  AegisAccepted,
  AegisIncident,
  AegisIncidentReply,
  AegisPolicies,
  AegisRiskSummary,
  AegisThreat,
  AegisThreats,
} from './aegis-api.ts';
export {
  ActivePolicy,
  ApprovalWithdrawal,
  ApproverKey,
  ApproverKeyRegistration,
  DeadLetter,
  DeadLetterContent,
  EffectResolution,
  Erasure,
  ErasureRequest,
  PolicyActivation,
  RunCancellation,
} from './administration.ts';
export {
  ActionOutcome,
  AdvisedIncident,
  ConsistencyProof,
  EventSubmission,
  FindingEvent,
  HaltResult,
  HaltStatus,
  InclusionProof,
  ListedEntry,
  ListedEvent,
  listOf,
  MAX_SUBMITTED_RECORDS,
  pageOf,
  StoredEvent,
  SubmissionResult,
  SubmittedEvents,
  VoteResult,
} from './gateway-api.ts';
export { OPERATOR_TENANT, Role, ROLES, TokenClaims } from './principal.ts';
export type { Principal } from './principal.ts';
export { deadLetterTopic, PUBLISHED_TOPICS, TOPICS, topicsOf } from './topics.ts';
export type { Topic } from './topics.ts';
export { SCHEMA_NAMES, schemaDocument } from './schema-documents.ts';
export { asyncApiDocument } from './async-api.ts';
export { ProblemDocument, problemOf, PROBLEMS } from './problems.ts';
export type { ProblemCode, ProblemType } from './problems.ts';
