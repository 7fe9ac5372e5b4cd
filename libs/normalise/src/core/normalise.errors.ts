/** Fault codes of this library; status and remedy stand in contracts' table of problems. */
export type NormaliseFaultCode =
  | 'normalise.unknown_format'
  | 'normalise.not_recognised'
  | 'normalise.invalid_record'
  | 'normalise.tenant_mismatch'
  | 'normalise.record_too_large'
  | 'normalise.malformed_json';

/** Why a record was not taken. `pointer` is an RFC 6901 pointer into the record; '' is the record itself. */
export interface NormaliseFault {
  readonly code: NormaliseFaultCode;
  readonly pointer: string;
  readonly message: string;
}

export const fault = (code: NormaliseFaultCode, pointer: string, message: string): NormaliseFault => ({
  code,
  pointer,
  message,
});
