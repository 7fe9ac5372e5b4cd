import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './options.mjs';

describe('parseOptions', () => {
  it('takes everything after -- as the command, flags that look like ours included', () => {
    expect(parseOptions(['run', '--only=redis,kafka', '--', 'npm', '--durable'])).toEqual({
      command: 'run',
      only: ['redis', 'kafka'],
      profile: 'fast',
      run: ['npm', '--durable'],
    });
  });

  it('means all services and the fast profile when nothing else is said', () => {
    expect(parseOptions(['up'])).toMatchObject({ only: ['postgres', 'redis', 'kafka'], profile: 'fast' });
    expect(parseOptions(['up', '--durable'])).toMatchObject({ profile: 'durable' });
  });

  it.each([[[]], [['start']], [['run']], [['up', '--only=mysql']], [['up', '--fast']]])(
    'refuses %j and says why',
    (argv) => {
      expect(parseOptions(argv)).toEqual({ fault: expect.stringMatching(/\.$/) });
    },
  );
});
