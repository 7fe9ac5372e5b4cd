/** Platform, PDRI, Aegis and the mesh registry, each over an outbound client. */
export { createPlatformClient } from './http-platform-client.ts';
export { createPdriClient } from './http-pdri-client.ts';
export { createAegisClient } from './http-aegis-client.ts';
export { createServiceRegistry } from './http-service-registry.ts';
