import { describe } from '@jest/globals';
import { environment } from '../config/index.ts';

export type ServiceName = 'postgres' | 'redis' | 'kafka';

/** Service → the variable that names its address. */
const VARIABLES = {
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
  kafka: 'KAFKA_BROKERS',
} as const satisfies Record<ServiceName, string>;

/**
 * The address of a real service, or null when this run has none.
 * @throws Error under DMITRY_REQUIRE_SERVICES=1: there a missing service is a failure, not a skip
 */
export function service(name: ServiceName, env = environment()): string | null {
  const variable = VARIABLES[name];
  const address = env[variable];
  if (address) return address;
  if (env['DMITRY_REQUIRE_SERVICES'] !== '1') return null;
  throw new Error(`${variable} is not set and DMITRY_REQUIRE_SERVICES=1 demands ${name}: start it or unset the demand`);
}

/** A suite that needs a real service. Without the service it is reported as skipped, by the name of what is missing. */
export function describeWithService(name: ServiceName, title: string, suite: (address: string) => void): void {
  const address = service(name);
  const [run, heading] =
    address === null ? [skipped, `${title} (needs ${name}: ${VARIABLES[name]} is not set)`] : [describe, title];
  run(heading, () => {
    suite(address ?? `${name}-is-missing`);
  });
}

// what a machine cannot run is said by name, and demanded where CI sets the switch
const { skip: skipped } = describe;
