import { DmitryError } from '@dmitry/kit';
import type { AnalystLimits } from './analyst.port.ts';

/** @throws DmitryError `analyst.limits_invalid` */
export function assertLimits(limits: AnalystLimits): void {
  for (const [name, value] of Object.entries(limits) as [string, number][]) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new DmitryError('analyst.limits_invalid', `limit ${name} is ${value}: give a whole number of 1 or more`);
  }
}
