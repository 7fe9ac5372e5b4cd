/** The platform room of @dmitry/analyst: the Platform's reads as the analyst's tools. */
export { createPlatformTools } from './platform-tools.ts';
