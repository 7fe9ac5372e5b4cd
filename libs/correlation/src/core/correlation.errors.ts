import { DmitryError } from '@dmitry/kit';

/** Fault codes of this library; status and remedy stand in contracts' table of problems. */
export type CorrelationFaultCode =
  | 'correlation.rule_invalid'
  | 'correlation.unsupported_modifier'
  | 'correlation.regex_unsafe'
  | 'correlation.state_invalid';

/** Where in the rules something stands: for messages. */
export interface RulePlace {
  readonly rule: string;
  readonly at: string;
}

export const ruleFault = (code: CorrelationFaultCode, place: RulePlace, message: string): DmitryError =>
  new DmitryError(code, `rule "${place.rule}", ${place.at}: ${message}`, { severity: 'warn', context: { ...place } });
