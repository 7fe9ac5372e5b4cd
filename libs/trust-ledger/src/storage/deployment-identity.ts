/** Whose logs these are. */
export interface DeploymentIdentity {
  /** First part of every log's origin, e.g. `dmitry.example.com`: no spaces, no plus. */
  readonly deployment: string;
  /** 32 bytes or more that never leave the deployment; with another key every tenant gets another log. */
  readonly pseudonymKey: Uint8Array;
}
