import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { DEVELOPMENT_SECRET, type DmitryError, Secret } from '@dmitry/kit';
import { Type } from 'typebox';
import { authConfig, defineConfig, environment, loadConfig, optionsTable } from './index.ts';

const gateway = defineConfig({
  name: 'gateway',
  schema: Type.Object({
    DMITRY_PORT: Type.Integer({ minimum: 1024, maximum: 65_535, default: 8765 }),
    KAFKA_BROKERS: Type.Array(Type.String(), { minItems: 1 }),
    DEBUG: Type.Boolean({ default: false }),
    LOG_LEVEL: Type.Unsafe<'info' | 'debug'>({ type: 'string', enum: ['info', 'debug'], default: 'info' }),
    DATABASE_URL: Type.String({ pattern: '^postgres' }),
    LLM_API_KEY: Type.Optional(Type.String({ minLength: 8 })),
  }),
  sensitive: ['DATABASE_URL', 'LLM_API_KEY'],
  docs: {
    DMITRY_PORT: 'Port to listen on.',
    KAFKA_BROKERS: 'host:port | host:port',
    DEBUG: 'More words.',
    LOG_LEVEL: 'The least level.',
    DATABASE_URL: 'Where state lives.',
    LLM_API_KEY: 'Key of the model.',
  },
  development: { KAFKA_BROKERS: '127.0.0.1:9092', DATABASE_URL: 'postgres://dev' },
});

const good = { KAFKA_BROKERS: 'a:1, b:2', DATABASE_URL: 'postgres://u:hunter2@h/x' };

function faultOf(work: () => unknown): DmitryError {
  try {
    work();
  } catch (error) {
    return error as DmitryError;
  }
  throw new Error('nothing was thrown');
}

describe('loadConfig', () => {
  it('reads every variable as the type of its schema, with defaults where nothing is set', () => {
    const { gateway: values } = loadConfig([gateway], { ...good, DEBUG: 'true', LOG_LEVEL: '' });
    expect(values).toMatchObject({ DMITRY_PORT: 8765, KAFKA_BROKERS: ['a:1', 'b:2'], DEBUG: true, LOG_LEVEL: 'info' });
    expect(values.DATABASE_URL.reveal()).toBe(good.DATABASE_URL);
    expect(values.LLM_API_KEY).toBeUndefined();
  });

  it('freezes what it gives, lists included', () => {
    const config = loadConfig([gateway], good);
    expect([config, config.gateway, config.gateway.KAFKA_BROKERS].every(Object.isFrozen)).toBe(true);
  });

  it('lists every fault of every definition in one error', () => {
    const other = defineConfig({
      name: 'other',
      schema: Type.Object({ NAME: Type.String() }),
      sensitive: [],
      docs: { NAME: 'x' },
    });
    const error = faultOf(() => loadConfig([gateway, other], { DMITRY_PORT: '80', DEBUG: 'yes' }));
    expect(error).toMatchObject({ code: 'config.invalid' });
    for (const words of [
      'DMITRY_PORT',
      '80',
      'KAFKA_BROKERS is not set',
      'DATABASE_URL is not set',
      'DEBUG',
      'NAME is not set',
    ]) {
      expect(error.message).toContain(words);
    }
  });

  it('never shows a secret, neither in a fault nor in a dump of the values', () => {
    const error = faultOf(() =>
      loadConfig([gateway], { ...good, DATABASE_URL: 'mysql://u:hunter2@h', LLM_API_KEY: 'short' }),
    );
    expect(error.message).toContain('DATABASE_URL');
    expect(inspect(error, { depth: 9 })).not.toMatch(/hunter2|short/);
    const values = loadConfig([gateway], good);
    expect(inspect(values, { depth: 9 }) + JSON.stringify(values)).not.toContain('hunter2');
    expect(values.gateway.DATABASE_URL).toBeInstanceOf(Secret);
  });

  it.each(['development', 'test'])('eases NODE_ENV=%s with development values', (mode) => {
    expect(loadConfig([gateway], { NODE_ENV: mode }).gateway.KAFKA_BROKERS).toEqual(['127.0.0.1:9092']);
  });

  it.each(['production', 'dev', 'DEVELOPMENT', undefined])('eases nothing under NODE_ENV=%s', (mode) => {
    expect(faultOf(() => loadConfig([gateway], { NODE_ENV: mode }))).toMatchObject({ code: 'config.invalid' });
  });

  it('prefers what is set to a development value', () => {
    expect(loadConfig([gateway], { ...good, NODE_ENV: 'test' }).gateway.KAFKA_BROKERS).toEqual(['a:1', 'b:2']);
  });

  it('complains once about a variable that two definitions share', () => {
    const twin = { ...gateway, name: 'twin' as const };
    const error = faultOf(() => loadConfig([gateway, twin], {}));
    expect(error.message.match(/DATABASE_URL/g)).toHaveLength(1);
  });
});

describe('the rules of authentication', () => {
  it('demand somebody to trust', () => {
    expect(faultOf(() => loadConfig([authConfig], {})).message).toContain('JWKS_URL is not set');
  });

  it('refuse to start production with the secret that everyone knows', () => {
    const error = faultOf(() => loadConfig([authConfig], { JWT_SECRET: DEVELOPMENT_SECRET }));
    expect(error).toMatchObject({ code: 'config.invalid' });
    expect(error.message).not.toContain(DEVELOPMENT_SECRET);
  });

  it('let development start without a word', () => {
    expect(loadConfig([authConfig], { NODE_ENV: 'development' }).auth.JWT_SECRET?.reveal()).toBe(DEVELOPMENT_SECRET);
  });

  it('let production start with keys by address or a secret of its own', () => {
    expect(loadConfig([authConfig], { JWKS_URL: 'https://issuer.example/jwks' }).auth.JWKS_URL).toBe(
      'https://issuer.example/jwks',
    );
    expect(loadConfig([authConfig], { JWT_SECRET: 's'.repeat(32) }).auth.JWT_SECRET).toBeInstanceOf(Secret);
  });
});

describe('optionsTable', () => {
  it('shows type, default and sentence of every variable, and no secret', () => {
    expect(optionsTable(gateway).split('\n')).toEqual([
      '| variable | value | default | what it is |',
      '| --- | --- | --- | --- |',
      '| `DMITRY_PORT` | integer from 1024 to 65535 | `8765` | Port to listen on. |',
      '| `KAFKA_BROKERS` | list of text, separated by commas | required; in development `127.0.0.1:9092` | host:port \\| host:port |',
      '| `DEBUG` | boolean | `false` | More words. |',
      '| `LOG_LEVEL` | `info`, `debug` | `info` | The least level. |',
      '| `DATABASE_URL` | text | required; in development a known value | Where state lives. |',
      '| `LLM_API_KEY` | text of 8 or more characters | none | Key of the model. |',
    ]);
  });
});

describe('environment', () => {
  it('is a copy: who changes it changes nothing of the process', () => {
    const copy = environment() as Record<string, string | undefined>;
    copy['DMITRY_NEVER_SET'] = 'x';
    expect(process.env['DMITRY_NEVER_SET']).toBeUndefined();
  });
});
