import 'reflect-metadata';
import { bootstrapHttp } from '@dmitry/kit/nest';
import { recordHttpMetrics } from '@dmitry/telemetry/nest';
import { orchestratorFromEnvironment } from './from-environment.ts';
import { OrchestratorModule } from './module.ts';

const { config, parts, clock, logger } = orchestratorFromEnvironment();
await bootstrapHttp({
  name: 'orchestrator',
  module: OrchestratorModule.forRoot(parts),
  port: config.orchestrator.ORCHESTRATOR_PORT,
  host: config.orchestrator.HOST,
  clock,
  logger,
  configure: recordHttpMetrics,
});
