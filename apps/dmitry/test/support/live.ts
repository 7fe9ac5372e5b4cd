import { RandomIds, SystemClock } from '@dmitry/kit/node';
import { COMMANDS } from '../../src/cli/registry.ts';
import { run } from '../../src/cli/run.ts';

/** Real time and real ids: both apps run. */
export async function call(
  args: readonly string[],
  options: {
    cwd: string;
    env?: Record<string, string>;
    signal?: AbortSignal;
    stdin?: string;
    terminal?: boolean;
    onOut?: (text: string) => void;
  },
) {
  const clock = new SystemClock();
  let out = '';
  let err = '';
  const code = await run(
    args,
    {
      stdin: async function* () {
        yield Buffer.from(options.stdin ?? '');
      },
      stdinTerminal: options.terminal ?? false,
      stdout: { terminal: false, write: (text) => ((out += text), options.onOut?.(text), Promise.resolve()) },
      stderr: { terminal: false, write: (text) => ((err += text), Promise.resolve()) },
      env: options.env ?? {},
      cwd: options.cwd,
      signal: options.signal ?? new AbortController().signal,
      clock,
      ids: new RandomIds(clock),
    },
    COMMANDS,
  );
  return { code, out, err };
}

/** A running `dmitry start`. */
export interface Serving {
  readonly gateway: string;
  readonly token: string;
  readonly simulator: string;
  /** @returns the exit code */
  stop(): Promise<number>;
}

type Started = Omit<Serving, 'stop'>;

/** Starts and waits until it serves. @throws Error with what it said when it ended instead */
export async function serving(
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  ...args: readonly string[]
): Promise<Serving> {
  const stop = new AbortController();
  const started = Promise.withResolvers<Started>();
  const running = call(['start', '--json', '--port', '0', ...args], {
    cwd,
    env,
    signal: stop.signal,
    onOut: (text) => started.resolve(JSON.parse(text) as Started),
  });
  void running.then(({ code, err }) => started.reject(new Error(`it ended with ${code}: ${err}`)));
  return {
    ...(await started.promise),
    stop: async () => {
      stop.abort();
      return (await running).code;
    },
  };
}

/** An event that a rule finds, invented. */
export const exportOf = (n: number) => ({
  event_id: `e-${n}`,
  event_type: 'DATA_EXPORT',
  timestamp: new Date(Date.UTC(2026, 2, 1, 10, n)).toISOString(),
  source_system_id: 'dlp',
  identity_id: 'identity:eve',
  target_entity_id: 'datastore:customers',
  exposure_direction: 'internal_to_external',
  sensitivity_tags: ['financial_related'],
  data_volume_estimate: 600_000_000,
  privilege_level: 'admin',
});
