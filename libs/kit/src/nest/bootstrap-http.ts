import type { Type } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Clock, Logger } from '../core/index.ts';
import { configureApp } from './configure-app.ts';
import { Drain } from './drain.ts';
import { type HttpAdapterOptions, JsonHttpAdapter } from './http-adapter.ts';
import { NestLogger } from './nest-logger.ts';

export interface BootstrapOptions extends HttpAdapterOptions {
  /** The service's name in the log. */
  readonly name: string;
  /** The app's module; it imports KitModule. */
  readonly module: Type | DynamicModule;
  /** 0 takes a free one. */
  readonly port: number;
  /** @default '127.0.0.1': what is reachable from outside is said so */
  readonly host?: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** How long requests in flight may take once the process is told to stop. @default 10000 */
  readonly drainMs?: number;
  /** How long modules may take to close after that. @default 10000 */
  readonly closeMs?: number;
  /** What else the app does before it listens: metrics, sockets, documents. */
  readonly configure?: (app: NestFastifyApplication) => void | Promise<void>;
  /** Ends the process. @default process.exit */
  readonly exit?: (code: number) => void;
}

export interface RunningHttp {
  readonly app: NestFastifyApplication;
  readonly port: number;
  /** Drains and closes, once; later calls wait for the first. @returns whether nothing had to be cut off */
  stop(reason: string): Promise<boolean>;
}

/**
 * Starts an app and stops it well. SIGTERM and SIGINT: the listener closes, requests on connections that are still open get
 * `service.draining`, those in flight have `drainMs`, then the modules close and the process ends - with 0 when nothing was cut off.
 * A fault at start is logged with its code and ends the process with 1.
 */
export async function bootstrapHttp(options: BootstrapOptions): Promise<RunningHttp> {
  const exit = options.exit ?? ((code) => process.exit(code));
  try {
    const app = await createHttpApp(options);
    await app.listen(options.port, options.host ?? '127.0.0.1');
    const running = runningHttp(app, options);
    stopOnSignals(running, options.logger, exit);
    options.logger.info('listening', { service: options.name, port: running.port, host: options.host ?? '127.0.0.1' });
    return running;
  } catch (error) {
    options.logger.error('start_failed', { service: options.name, error });
    exit(1);
    throw error;
  }
}

/** The app as production runs it, not listening yet. */
export async function createHttpApp(
  options: Pick<BootstrapOptions, 'module' | 'logger' | 'configure' | keyof HttpAdapterOptions>,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(options.module, new JsonHttpAdapter(options), {
    logger: new NestLogger(options.logger),
    abortOnError: false, // faults are ours to report
  });
  configureApp(app);
  await options.configure?.(app);
  return app;
}

function runningHttp(app: NestFastifyApplication, options: BootstrapOptions): RunningHttp {
  const address = app.getHttpServer().address();
  let stopping: Promise<boolean> | undefined;
  return {
    app,
    port: typeof address === 'object' && address ? address.port : options.port,
    stop: (reason) => (stopping ??= stop(app, options, reason)),
  };
}

async function stop(app: NestFastifyApplication, options: BootstrapOptions, reason: string): Promise<boolean> {
  const { clock, logger, drainMs = 10_000, closeMs = 10_000 } = options;
  const drain = app.get(Drain);
  const server = app.getHttpServer();
  logger.info('draining', { service: options.name, reason });
  drain.begin();
  server.close(); // takes no new connections; Fastify's own close later finds it closed and goes on
  const drained = await drain.idle(clock, drainMs);
  server.closeAllConnections(); // what is in flight now had its time
  const limit = new AbortController();
  const closed = await Promise.race([
    app.close().then(() => true),
    clock.sleep(closeMs, limit.signal).then(() => false),
  ]).finally(() => limit.abort());
  logger.info('stopped', { service: options.name, drained, closed });
  return drained && closed;
}

function stopOnSignals(running: RunningHttp, logger: Logger, exit: (code: number) => void): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const handler = (): void => {
      running.stop(signal).then(
        (clean) => exit(clean ? 0 : 1),
        (error: unknown) => {
          logger.error('stop_failed', { error });
          exit(1);
        },
      );
    };
    process.once(signal, handler);
    running.app.getHttpServer().once('close', () => process.removeListener(signal, handler));
  }
}
