// Runs the simulator alone. Settings come from the environment (simulator.config.ts); --port and --effect-log go before it.
import { parseArgs } from 'node:util';
import { environment, loadConfig } from '@dmitry/kit/config';
import { JsonLogger, RandomIds, SystemClock } from '@dmitry/kit/node';
import { simulatorConfig } from './simulator.config.ts';
import { type SimulatorOptions, startSimulator } from './simulator.ts';

const { values: args } = parseArgs({ options: { port: { type: 'string' }, 'effect-log': { type: 'string' } } });
const given = environment();
const { simulator: config } = loadConfig([simulatorConfig], {
  ...given,
  SIMULATOR_PORT: args.port ?? given['SIMULATOR_PORT'],
  SIMULATOR_EFFECT_LOG: args['effect-log'] ?? given['SIMULATOR_EFFECT_LOG'],
});

const clock = new SystemClock();
const optional = (name: keyof SimulatorOptions, value: string | undefined): Partial<SimulatorOptions> =>
  value === undefined ? {} : { [name]: value };
const simulator = await startSimulator({
  clock,
  ids: new RandomIds(clock),
  logger: new JsonLogger({ clock, fields: { service: 'platform-simulator' } }),
  port: config.SIMULATOR_PORT,
  host: config.SIMULATOR_HOST,
  effectHorizonSeconds: config.SIMULATOR_EFFECT_HORIZON_SECONDS,
  ...optional('seed', config.SIMULATOR_SEED),
  ...optional('effectLogPath', config.SIMULATOR_EFFECT_LOG),
  ...optional('adminToken', config.SIMULATOR_ADMIN_TOKEN?.reveal()),
  ...optional('apiKey', config.SIMULATOR_API_KEY?.reveal()),
  ...optional('aegisWebhookSecret', config.AEGIS_WEBHOOK_SECRET?.reveal()),
});
process.stdout.write(`${JSON.stringify({ url: simulator.url })}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void simulator.close();
  });
}
