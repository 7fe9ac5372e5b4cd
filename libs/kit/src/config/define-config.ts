import type { Static, TObject, TProperties } from 'typebox';
import type { Mode, Secret } from '../core/index.ts';

/** Values of a definition: typed by its schema, with each sensitive one wrapped so that it does not print. */
export type ConfigValues<P extends TProperties, K extends string> = {
  readonly [V in keyof Static<TObject<P>>]: V extends K
    ? Secret | Extract<Static<TObject<P>>[V], undefined>
    : Static<TObject<P>>[V];
};

/** What is wrong with one variable. The message never shows a sensitive value. */
export interface ConfigFault {
  readonly variable: string;
  readonly message: string;
}

/** What a library or an app reads from the environment. */
export interface ConfigDefinition<
  N extends string = string,
  P extends TProperties = TProperties,
  K extends string = string,
> {
  readonly name: N;
  /** One property per variable, named as in the environment. A `default` holds everywhere. */
  readonly schema: TObject<P>;
  /** Variables whose values are secret. */
  readonly sensitive: readonly K[];
  /** One sentence per variable, for the table in the README. */
  readonly docs: Readonly<Record<Extract<keyof P, string>, string>>;
  /** Values where a variable is not set and NODE_ENV is exactly `development` or `test`; never in production. */
  readonly development?: Partial<Record<Extract<keyof P, string>, string>>;
  /** Rules over several variables. Called only once each variable is valid on its own. */
  rules?(values: ConfigValues<P, K>, mode: Mode): readonly ConfigFault[];
}

/** A definition whatever its variables are. */
export interface AnyDefinition {
  readonly name: string;
  readonly schema: {
    readonly properties: Readonly<Record<string, object>>;
    readonly required?: readonly string[] | undefined;
  };
  readonly sensitive: readonly string[];
  readonly docs: Readonly<Record<string, string>>;
  readonly development?: Readonly<Record<string, string | undefined>>;
  // a method, so that a definition with rules over its own values is still one of any definitions
  rules?(values: object, mode: Mode): readonly ConfigFault[];
}

/**
 * Declares the variables of one library.
 * @example
 * const gateway = defineConfig({
 *   name: 'gateway', schema: Type.Object({ PORT: Type.Integer({ default: 8765 }) }), sensitive: [], docs: { PORT: 'Port to listen on.' },
 * });
 */
export const defineConfig = <
  const N extends string,
  P extends TProperties,
  const K extends Extract<keyof P, string> = never,
>(
  definition: ConfigDefinition<N, P, K>,
): ConfigDefinition<N, P, K> => definition;
