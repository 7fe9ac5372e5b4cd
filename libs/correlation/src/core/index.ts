/** The door of @dmitry/correlation: detection and correlation rules, entity risk and incidents. */
export { compileRules } from './sigma/rule-set.ts';
export type { RuleSet } from './sigma/rule-set.ts';
export type { DetectionRule, RuleExtension, RuleHead } from './sigma/rule.ts';
export type { CorrelationRule, CorrelationType } from './sigma/correlation-rule.ts';
export { MODIFIERS } from './sigma/matcher.ts';
export { defaultRules } from './rules/index.ts';
export { logSourceOf } from './fold-event.ts';
export type { CorrelationEvent, EventRef, LogSource, RoledEntity } from './fold-event.ts';
export { createFold, stateDigest } from './fold/fold.ts';
export type { DetectOutcome, Fold, FoldOptions, FoldOutcome, FoldState, RiskChange } from './fold/fold.ts';
export type { Cell, CellItem } from './fold/cell.ts';
export { DEFAULT_RISK, RISK_RULE_ID } from './fold/risk-cell.ts';
export type { RiskCell, RiskOptions } from './fold/risk-cell.ts';
export type { FindingDraft } from './fold/finding-draft.ts';
export { groupIncidents } from './incidents.ts';
export type { GroupableFinding, IncidentDraft, IncidentOptions } from './incidents.ts';
export { CORRELATION_FAULTS } from './correlation.errors.ts';
export type { CorrelationFaultCode } from './correlation.errors.ts';
