// Apps are wiring (DESIGN.md 3, rule 3). File and function sizes are lint's; this one needs the whole repository.
import { figures, measured } from '../sizes.mjs';

export const title = 'apps hold at most 15 % of the product lines';

const MOST = 0.15;

export function check() {
  const { appsShare } = figures(measured());
  return appsShare > MOST
    ? [`apps hold ${(appsShare * 100).toFixed(1)} % of the product's lines (npm run figures:sizes)`]
    : [];
}
