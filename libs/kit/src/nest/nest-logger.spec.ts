import { describe, expect, it } from '@jest/globals';
import { MemoryLogger } from '../../test/example-app.ts';
import { NestLogger } from './nest-logger.ts';

describe('NestLogger', () => {
  it.each([
    ['log', 'debug'],
    ['debug', 'debug'],
    ['verbose', 'debug'],
    ['warn', 'warn'],
    ['error', 'error'],
    ['fatal', 'error'],
  ] as const)('writes what Nest says as %s at level %s', (method, level) => {
    const logger = new MemoryLogger();
    new NestLogger(logger)[method]('words', 'stack', 'RouterExplorer');
    expect(logger.lines).toEqual([
      {
        level,
        event: 'framework',
        fields: { message: 'words', context: 'RouterExplorer', more: ['stack'] },
        requestId: undefined,
      },
    ]);
  });
});
