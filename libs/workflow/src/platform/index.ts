/** Effects on the Platform. */
export { PlatformEffectExecutor } from './platform-effect-executor.ts';
