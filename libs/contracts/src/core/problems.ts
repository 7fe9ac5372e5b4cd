import { type Static, Type } from 'typebox';

/** What the edge needs to know of a fault code: HTTP status, title, and what the caller can do about it. */
export interface ProblemType {
  readonly status: number;
  readonly title: string;
  readonly remedy: string;
}

/** Every fault code of the house. docs/errors has a page for each; a test keeps the two in step. */
export const PROBLEMS = {
  'request.invalid': { status: 400, title: 'Invalid request', remedy: 'Correct the members listed in `errors` and send the request again.' },
  'request.malformed': { status: 400, title: 'Malformed JSON', remedy: 'Send one JSON document, UTF-8, with content type application/json.' },
  'request.too_large': { status: 413, title: 'Body too large', remedy: 'Send a smaller body; the limit is in the message.' },
  'request.unsupported_media_type': { status: 415, title: 'Unsupported media type', remedy: 'Send application/json.' },
  'request.not_found': { status: 404, title: 'Not found', remedy: 'Check the path and the id; ids of other tenants are never found.' },
  'request.method_not_allowed': { status: 405, title: 'Method not allowed', remedy: 'Use a method listed for this path in the OpenAPI document.' },
  'auth.token_missing': { status: 401, title: 'Token missing', remedy: 'Send a bearer token in the Authorization header.' },
  'auth.token_invalid': { status: 401, title: 'Token not valid', remedy: 'Obtain a new token from the issuer this deployment trusts.' },
  'auth.token_expired': { status: 401, title: 'Token expired', remedy: 'Obtain a new token.' },
  'auth.forbidden': { status: 403, title: 'Not allowed', remedy: 'Use a principal that has one of the roles named in the message.' },
  'auth.tenant_mismatch': { status: 403, title: 'Tenant does not agree', remedy: 'The tenant comes from the token; leave it out of the request or name the same one.' },
  'config.invalid': { status: 500, title: 'Configuration not valid', remedy: 'Correct the variables listed and start again.' },
  'internal.unexpected': { status: 500, title: 'Unexpected fault', remedy: 'Report the trace id; the log has the cause.' },
  'service.draining': { status: 503, title: 'Shutting down', remedy: 'Send the request again; another replica will answer.' },
  'normalise.unknown_format': { status: 400, title: 'Format not known', remedy: 'Use one of the formats that the message lists.' },
  'normalise.not_recognised': { status: 400, title: 'Format not recognised', remedy: 'Name the format of the records.' },
  'normalise.invalid_record': { status: 422, title: 'Record not valid', remedy: 'Correct the members that the pointers name.' },
  'normalise.tenant_mismatch': { status: 403, title: 'Record of another tenant', remedy: 'Send it to the topic or with the principal of its tenant.' },
  'normalise.record_too_large': { status: 413, title: 'Record too large', remedy: 'Split the record; the limit is in the message.' },
  'normalise.malformed_json': { status: 400, title: 'Record not JSON', remedy: 'Send one JSON object a line, or one JSON array or object.' },
  'correlation.rule_invalid': { status: 422, title: 'Rule not valid', remedy: 'Correct the rule at the place that the message names.' },
  'correlation.unsupported_modifier': { status: 422, title: 'Modifier not supported', remedy: 'Use one of the modifiers that the message lists.' },
  'correlation.regex_unsafe': { status: 422, title: 'Pattern not safe', remedy: 'Write the pattern without repetition inside repetition and without back-references.' },
  'correlation.state_invalid': { status: 500, title: 'Correlator state not readable', remedy: 'The stored state is of another version; rebuild it from the events.' },
  'risk.input_invalid': { status: 422, title: 'Score input not valid', remedy: 'Correct the members that the message names.' },
  'risk.weights_invalid': { status: 422, title: 'Weights not valid', remedy: 'Give each known term a weight of 0 or more; together they must be 100.' },
} as const satisfies Record<string, ProblemType>;
export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457 problem document. `error` is the predecessor's member, on its endpoints only. */
export const ProblemDocument = Type.Object({
  type: Type.String(), title: Type.String(), status: Type.Integer(), detail: Type.String(), instance: Type.String(), code: Type.String(),
  trace_id: Type.Optional(Type.String()), retry_after_seconds: Type.Optional(Type.Number()),
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), message: Type.String() }))),
  error: Type.Optional(Type.String()),
});
export type ProblemDocument = Static<typeof ProblemDocument>;

/** The problem type of a code; an unknown code is an unexpected fault. */
export const problemOf = (code: string): ProblemType =>
  (PROBLEMS as Record<string, ProblemType>)[code] ?? PROBLEMS['internal.unexpected'];
