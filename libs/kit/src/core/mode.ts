/** Where the process runs. Everything that is not said exactly is production: what eases development never opens by accident. */
export type Mode = 'production' | 'development' | 'test';

/** The mode that an environment names by NODE_ENV. */
export function modeOf(env: Readonly<Record<string, string | undefined>>): Mode {
  const named = env['NODE_ENV'];
  return named === 'development' || named === 'test' ? named : 'production';
}

/** Signs and verifies tokens in development. It stands in public source, so production refuses to start with it. */
export const DEVELOPMENT_SECRET = 'dmitry-development-secret-known-to-everyone';
