/** What is running. */
export interface BuildInfo {
  readonly version: string;
  /** Date or commit of the build. */
  readonly build: string;
}
export const BuildInfo = Symbol('BuildInfo');
