/** Bearer tokens: who is calling, by a signature that this deployment trusts. */
export { createTokenVerifier } from './token-verifier.ts';
export type { TokenFault, TokenVerifier, Verified } from './token-verifier.ts';
export type { RemoteKeySetOptions, TokenVerifierOptions } from './verifier-options.ts';
export { issueDevelopmentToken } from './development-token.ts';
export type { DevelopmentTokenOptions } from './development-token.ts';
