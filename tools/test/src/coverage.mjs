// The coverage floors of DESIGN.md 8, read from Jest's json-summary.
import { relative } from 'node:path';

export const FLOORS = { coreLines: 95, lines: 90, branches: 85 };

const percent = ({ covered, total }) => (total === 0 ? 100 : (covered / total) * 100);
const add = (sum, part) => ({ covered: sum.covered + part.covered, total: sum.total + part.total });
const NONE = { covered: 0, total: 0 };

/**
 * @param {Record<string, {lines: any, branches: any}>} summary coverage-summary.json
 * @param {string} root
 * @returns {{lines: string[], faults: string[]}} a table, and each floor that is not reached
 */
export function floors(summary, root) {
  /** @type {Map<string, {covered: number, total: number}>} */
  const core = new Map();
  const all = { lines: NONE, branches: NONE };
  for (const [file, figures] of Object.entries(summary)) {
    if (file === 'total') continue;
    all.lines = add(all.lines, figures.lines);
    all.branches = add(all.branches, figures.branches);
    const library = /^libs\/([^/]+)\/src\/core\//.exec(relative(root, file).replaceAll('\\', '/'))?.[1];
    if (library) core.set(library, add(core.get(library) ?? NONE, figures.lines));
  }
  const lines = [];
  const faults = [];
  const judge = (what, figure, floor) => {
    const text = `${what}: ${percent(figure).toFixed(1)} % (floor ${floor} %)`;
    lines.push(text);
    if (percent(figure) < floor) faults.push(text);
  };
  for (const library of [...core.keys()].sort())
    judge(`core of ${library}, lines`, core.get(library), FLOORS.coreLines);
  judge('everything, lines', all.lines, FLOORS.lines);
  judge('everything, branches', all.branches, FLOORS.branches);
  return { lines, faults };
}
