import { DmitryError } from '@dmitry/kit';

export const metricInvalid = (name: string, fault: string): DmitryError =>
  new DmitryError('telemetry.metric_invalid', `Metric '${name}' ${fault}. Rename it where it is declared.`);
