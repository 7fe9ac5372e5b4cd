import { DmitryError } from '@dmitry/kit';

export const indicatorDuplicate = (name: string): DmitryError =>
  new DmitryError(
    'health.indicator_duplicate',
    `Two health indicators are called '${name}': one would hide the other. Rename one.`,
  );
