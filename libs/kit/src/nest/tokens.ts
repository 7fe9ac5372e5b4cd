/** Injection token of the verifier that the guard asks. */
export const TokenVerifier = Symbol('TokenVerifier');
