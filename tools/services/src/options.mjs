// The command line of `npm run services`.

export const NAMES = /** @type {const} */ (['postgres', 'redis', 'kafka']);
const COMMANDS = ['up', 'down', 'status', 'env', 'run'];

export const USAGE = `Usage: npm run services -- COMMAND [--only=${NAMES.join(',')}] [--durable]
  up          start what is not running
  down        stop what \`up\` started
  status      say what runs
  env         print the variables, for eval "$(npm run -s services -- env)"
  run -- CMD  start, run CMD with the variables set, stop

DATABASE_URL, REDIS_URL and KAFKA_BROKERS that are set already are used and never stopped.
--durable   PostgreSQL with fsync, synchronous_commit and full_page_writes on (crash and bench suites)
`;

/**
 * @typedef {{command: string, only: readonly string[], profile: 'fast' | 'durable', run: string[]}} Options
 * @param {readonly string[]} argv
 * @returns {Options | {fault: string}}
 */
export function parseOptions(argv) {
  const split = argv.indexOf('--');
  const own = split === -1 ? argv : argv.slice(0, split);
  const run = split === -1 ? [] : argv.slice(split + 1);
  const [command, ...flags] = own;
  if (!command || !COMMANDS.includes(command)) return { fault: `Name a command: ${COMMANDS.join(', ')}.` };
  if (command === 'run' && run.length === 0) return { fault: 'Name what to run after --.' };
  const flagged = parseFlags(flags);
  return 'fault' in flagged ? flagged : { command, run, ...flagged };
}

/** @param {readonly string[]} flags @returns {Pick<Options, 'only' | 'profile'> | {fault: string}} */
function parseFlags(flags) {
  let only = /** @type {readonly string[]} */ (NAMES);
  let profile = /** @type {Options['profile']} */ ('fast');
  for (const flag of flags) {
    if (flag === '--durable') profile = 'durable';
    else if (flag.startsWith('--only=')) only = flag.slice('--only='.length).split(',');
    else return { fault: `${flag} is not known.` };
  }
  const unknown = only.filter((name) => !NAMES.some((each) => each === name));
  if (unknown.length > 0) return { fault: `${unknown.join(', ')} is no service; there are ${NAMES.join(', ')}.` };
  return { only, profile };
}
