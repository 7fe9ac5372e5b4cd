import type { App } from '@dmitry/harness';

/** One line of what Prometheus reads. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-z_]+)="((?:[^"\\]|\\.)*)"/g;

/** What an app says at `/metrics`, in the text format of Prometheus 0.0.4, without what Node says of its process. */
export async function scrape(app: App): Promise<readonly Sample[]> {
  const { status, text, headers } = await app.call('GET', '/metrics');
  if (status !== 200 || !headers.get('content-type')?.startsWith('text/plain')) throw new Error(`${status} ${text}`);
  return text.split('\n').flatMap((line) => {
    const [, name = '', labels = '', value = ''] = LINE.exec(line) ?? [];
    if (name === '' || /^(nodejs|process)_/.test(name)) return [];
    const pairs = [...labels.matchAll(LABEL)].map(([, label = '', text = '']) => [label, text]);
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
  });
}

/** The sum over all series of a metric that have these labels. */
export const total = (samples: readonly Sample[], name: string, labels: Sample['labels'] = {}): number =>
  samples
    .filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
    )
    .reduce((sum, { value }) => sum + value, 0);
