/** The tenant whose operators run the deployment; null where nobody may act for all tenants over HTTP. */
export interface OperatorsTenant {
  readonly tenant: string | null;
}
export const OperatorsTenant = Symbol('OperatorsTenant');
