import { DmitryError } from '@dmitry/kit';

/** Fault codes of this library; status and remedy stand in contracts' table of problems. */
export const RISK_FAULTS = ['risk.input_invalid', 'risk.weights_invalid'] as const;
export type RiskFaultCode = (typeof RISK_FAULTS)[number];

export const riskFault = (code: RiskFaultCode, message: string): DmitryError =>
  new DmitryError(code, message, { severity: 'warn' });
