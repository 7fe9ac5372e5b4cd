import { type MetricKind, metricNameFault } from './metric-name.policy.ts';
import { metricInvalid } from './telemetry.errors.ts';

interface Declared<M> {
  readonly kind: MetricKind;
  readonly labels: readonly string[];
  readonly metric: M;
}

/** One metric per name, however many ask for it. For adapters. */
export class MetricCatalogue {
  private readonly byName = new Map<string, Declared<unknown>>();

  /**
   * The metric of that name, made by `make` the first time.
   * @throws DmitryError `telemetry.metric_invalid` when the name breaks the rule or stands for another kind or other labels
   */
  metric<M>(kind: MetricKind, name: string, labels: readonly string[], make: () => M): M {
    const known = this.byName.get(name);
    if (known) {
      if (known.kind === kind && sameLabels(known.labels, labels)) return known.metric as M;
      throw metricInvalid(name, `is already a ${known.kind} with labels [${known.labels.join(', ')}]`);
    }
    const fault = metricNameFault(kind, name);
    if (fault) throw metricInvalid(name, fault);
    const metric = make();
    this.byName.set(name, { kind, labels, metric });
    return metric;
  }
}

const sameLabels = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((label) => b.includes(label));
