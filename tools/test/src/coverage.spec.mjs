import { describe, expect, it } from '@jest/globals';
import { floors } from './coverage.mjs';

const figures = (covered, total) => ({ lines: { covered, total }, branches: { covered, total } });

describe('floors', () => {
  it('passes when every core room and the whole reach their floors', () => {
    const { faults, lines } = floors(
      { total: {}, '/r/libs/a/src/core/x.ts': figures(95, 100), '/r/libs/a/src/nest/x.ts': figures(9, 10) },
      '/r',
    );
    expect(faults).toEqual([]);
    expect(lines).toHaveLength(3);
  });

  it('names each core room below its floor even when the whole is above', () => {
    const { faults } = floors(
      { '/r/libs/a/src/core/x.ts': figures(94, 100), '/r/libs/b/src/core/x.ts': figures(1000, 1000) },
      '/r',
    );
    expect(faults).toEqual(['core of a, lines: 94.0 % (floor 95 %)']);
  });

  it('holds everything to lines and branches', () => {
    const { faults } = floors({ '/r/apps/a/src/x.ts': figures(84, 100) }, '/r');
    expect(faults).toHaveLength(2);
  });
});
