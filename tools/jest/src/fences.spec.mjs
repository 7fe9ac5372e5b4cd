import { describe, expect, it } from '@jest/globals';
import { fencesOf, hoistless, testModule } from './fences.mjs';

const README = [
  '# x',
  '',
  '```ts test name="adds"',
  "import { add } from '@dmitry/x';",
  'expect(add(1, 2)).toBe(3);',
  '```',
  '',
  '```ts',
  'not run',
  '```',
  '',
  '```ts test name="adds again"',
  "import { add } from '@dmitry/x';",
  'expect(add(2, 2)).toBe(4);',
  '```',
  '',
].join('\n');

describe('fencesOf', () => {
  it('takes only the fences that are marked as tests, with the line their code starts at', () => {
    expect(fencesOf(README).map(({ name, line }) => [name, line])).toEqual([
      ['adds', 4],
      ['adds again', 13],
    ]);
  });
});

describe('hoistless', () => {
  it.each([
    ["import { a, b as c } from 'x';", 'const { a, b: c } = await import("x");'],
    ["import * as all from 'x'", 'const all = await import("x");'],
    ["import one from 'x';", 'const { default: one } = await import("x");'],
    ["import one, { two } from 'x';", 'const { two } = await import("x"); const { default: one } = await import("x");'],
    ["import 'x';", 'await import("x");'],
    ["import type { T } from 'x';", ''],
    ["import { type T, a } from 'x';", 'const { a } = await import("x");'],
    ["import { type T } from 'x';", ''],
  ])('turns %s into %s', (from, to) => {
    expect(hoistless(from)).toBe(to);
  });

  it('keeps the number of lines, so that a failure points at the README', () => {
    const code = "import {\n  a,\n  b,\n} from 'x';\nexpect(a).toBe(b);\n";
    expect(hoistless(code).split('\n')).toHaveLength(code.split('\n').length);
  });
});

describe('testModule', () => {
  it('lets two fences import the same name', () => {
    const module = testModule(README, 'x/README.md');
    expect(module.match(/const \{ add \} = await import\("@dmitry\/x"\)/g)).toHaveLength(2);
  });

  it('puts the code on the line where the README has it', () => {
    const lines = testModule(README, 'x/README.md').split('\n');
    expect(lines[4]).toBe('expect(add(1, 2)).toBe(3);');
    expect(lines[13]).toBe('expect(add(2, 2)).toBe(4);');
  });

  it('fails a README that shows nothing that runs', () => {
    expect(testModule('# x\n', 'x/README.md')).toContain('throw new Error');
  });
});
