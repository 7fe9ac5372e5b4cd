import { parseWith } from '@dmitry/contracts';
import type { TSchema } from 'typebox';
import { DmitryError, fromText, type Mode, modeOf, Secret } from '../core/index.ts';
import type { AnyDefinition, ConfigDefinition, ConfigFault, ConfigValues } from './define-config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Values by the name of the definition. */
export type Config<D extends readonly AnyDefinition[]> = {
  readonly [E in D[number] as E['name']]: E extends ConfigDefinition<string, infer P, infer K>
    ? ConfigValues<P, K>
    : never;
};

/**
 * Reads all definitions at once. An empty variable counts as not set.
 * @returns frozen values by definition name
 * @throws DmitryError `config.invalid` that lists every fault of every definition, without any secret
 */
export function loadConfig<const D extends readonly AnyDefinition[]>(definitions: D, env: Environment): Config<D> {
  const mode = modeOf(env);
  const loaded = definitions.map((definition) => ({ name: definition.name, ...load(definition, env, mode) }));
  const faults = loaded.flatMap((each) => each.faults);
  if (faults.length > 0) throw configInvalid(faults);
  return Object.freeze(Object.fromEntries(loaded.map(({ name, values }) => [name, values]))) as Config<D>;
}

/** One error for all that is wrong: a person corrects everything before the next start. */
export function configInvalid(faults: readonly ConfigFault[]): DmitryError {
  // two definitions may share a variable, and one complaint about it is enough
  const lines = [...new Set(faults.map(({ variable, message }) => `${variable} ${message}`))];
  return new DmitryError(
    'config.invalid',
    `Configuration not valid: ${lines.join('; ')}. Correct these and start again.`,
    {
      context: { faults },
    },
  );
}

interface Loaded {
  readonly values: Readonly<Record<string, unknown>>;
  readonly faults: readonly ConfigFault[];
}

function load(definition: AnyDefinition, env: Environment, mode: Mode): Loaded {
  const given = read(definition, env, mode);
  const parsed = parseWith(definition.schema as TSchema, given);
  if (!parsed.ok) return { values: {}, faults: faultsOf(definition, given, parsed.faults) };
  const values = Object.freeze(
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, sealed(definition, name, value)])),
  );
  return { values, faults: definition.rules?.(values, mode) ?? [] };
}

/** The variables that are set or have a default, as the types that the schema names. */
function read(definition: AnyDefinition, env: Environment, mode: Mode): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const properties = definition.schema.properties as Record<string, { default?: unknown }>;
  for (const [name, property] of Object.entries(properties)) {
    const text = env[name] || (mode === 'production' ? undefined : definition.development?.[name]);
    if (text !== undefined) out[name] = fromText(property, text);
    else if (property.default !== undefined) out[name] = structuredClone(property.default);
  }
  return out;
}

function sealed(definition: AnyDefinition, name: string, value: unknown): unknown {
  if (definition.sensitive.includes(name)) return new Secret(String(value));
  return typeof value === 'object' ? Object.freeze(value) : value;
}

function faultsOf(
  definition: AnyDefinition,
  given: Record<string, unknown>,
  faults: readonly { pointer: string; message: string }[],
): ConfigFault[] {
  const missing = (definition.schema.required ?? []).filter((name) => !(name in given));
  const wrong = faults.filter(({ pointer }) => pointer !== '');
  return [
    ...missing.map((variable) => ({ variable, message: 'is not set' })),
    ...wrong.map(({ pointer, message }) => {
      const variable = pointer.split('/')[1] ?? '';
      return { variable, message: `${message}${shown(definition, variable, given[variable])}` };
    }),
  ];
}

const shown = (definition: AnyDefinition, variable: string, value: unknown): string =>
  definition.sensitive.includes(variable) ? '' : ` (it is ${JSON.stringify(value)?.slice(0, 80)})`;
