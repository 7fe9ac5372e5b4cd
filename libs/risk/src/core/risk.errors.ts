import { DmitryError } from '@dmitry/kit';

/** Fault codes of this library; status and remedy stand in contracts' table of problems. */
export type RiskFaultCode = 'risk.input_invalid' | 'risk.weights_invalid';

export const riskFault = (code: RiskFaultCode, message: string): DmitryError =>
  new DmitryError(code, message, { severity: 'warn' });
