import 'reflect-metadata';
import { bootstrapHttp } from '@dmitry/kit/nest';
import { gatewayFromEnvironment } from './from-environment.ts';
import { configureGateway, GatewayModule } from './module.ts';

const { config, parts, clock, logger } = gatewayFromEnvironment();
await bootstrapHttp({
  name: 'gateway',
  module: GatewayModule.forRoot(parts),
  port: config.gateway.DMITRY_PORT,
  host: config.gateway.HOST,
  drainMs: config.gateway.DRAIN_MS,
  clock,
  logger,
  configure: configureGateway,
});
