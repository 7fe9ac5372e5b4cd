/** The door of @dmitry/platform-client: Platform, PDRI and Aegis as typed ports, and membership in the service mesh. */
export { PlatformClient } from './platform-client.port.ts';
export type { FindingFilters } from './platform-client.port.ts';
export { PdriClient, TRAVERSAL_LIMITS } from './pdri-client.port.ts';
export type { PdriFindingFilters, TraversalBudget } from './pdri-client.port.ts';
export { AegisClient } from './aegis-client.port.ts';
export { ServiceRegistry } from './service-registry.port.ts';
export type { RegistryAnswer, ServiceStatus } from './service-registry.port.ts';
export { Membership } from './membership.ts';
export type { MembershipOptions } from './membership.ts';
export { neighbourIndicator } from './neighbour-health.ts';
export type { NeighbourState, Probeable } from './neighbour-health.ts';
export type { PartialReason, ReadResult, UnavailableCode } from './read-result.ts';
export type { EffectAnswer, EffectOptions, ProbeAnswer } from './effect-answer.ts';
export { effectAnswerOf, keyedReader, probeAnswerOf, readResultOf, shapeReader } from './reply.policy.ts';
export type { EffectReader } from './reply.policy.ts';
export { speaksForAnother } from './tenant-check.policy.ts';
export { requestInvalid } from './platform-client.errors.ts';
