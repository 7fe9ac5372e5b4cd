/** What Platform, PDRI and Aegis owe their clients, as a suite; and a small stand-in for specs. */
export { describePlatformContract } from './platform.contract.ts';
export type { PlatformContractSubject } from './platform.contract.ts';
export { createReferencePlatform } from './reference-platform.ts';
