import { DeadLetter, DeadLetterContent } from '@dmitry/contracts';
import { answered, limitOption, listed } from '../cli/answered.ts';
import type { Command } from '../cli/command.ts';
import { DEPLOYMENT_OPTIONS } from '../cli/deployment-options.ts';
import { EXIT } from '../cli/faults.ts';
import { indented, pairs, printable, table } from '../cli/layout.ts';

const pathOf = (id = ''): string => `/v1/dead-letters/${encodeURIComponent(id)}`;

export const dlqListCommand: Command = {
  name: 'dlq list',
  summary: 'Records that were refused, newest first.',
  usage: '',
  operands: { min: 0, max: 0 },
  options: {
    ...DEPLOYMENT_OPTIONS,
    code: {
      kind: 'text',
      value: 'CODE',
      summary: 'Only those that were refused for this reason, e.g. normalise.not_recognised.',
    },
    limit: limitOption,
  },
  async run(context) {
    const call = { path: '/v1/dead-letters', query: { code: context.text('code') }, operation: 'dead_letters.list' };
    const letters = await listed(context, DeadLetter, call, context.count('limit') ?? 0);
    await context.answer(letters, () =>
      letters.length === 0
        ? 'no dead letters'
        : table(['id', 'from', 'refused', 'replayed', 'code', 'why'], letters.map(rowOf)),
    );
    return EXIT.yes;
  },
};

export const dlqShowCommand: Command = {
  name: 'dlq show',
  summary: 'One refused record: its original bytes, headers and the reason.',
  usage: 'ID',
  operands: { min: 1, max: 1 },
  options: DEPLOYMENT_OPTIONS,
  details: `
--json: {id, topic, partition, offset, key, headers, code, detail, refused_at, replayed_at, value: base64, or null when it was erased}`,
  async run(context) {
    const call = { method: 'GET', path: pathOf(context.args[0]), operation: 'dead_letters.get' } as const;
    const letter = await answered(context, DeadLetterContent, call);
    await context.answer(letter, () => letterText(letter));
    return EXIT.yes;
  },
};

export const dlqReplayCommand: Command = {
  name: 'dlq replay',
  summary: 'Publish a refused record again where it came from, after what refused it is mended.',
  usage: 'ID',
  operands: { min: 1, max: 1 },
  options: DEPLOYMENT_OPTIONS,
  async run(context) {
    const path = `${pathOf(context.args[0])}/replay`;
    const letter = await answered(context, DeadLetter, { method: 'POST', path, operation: 'dead_letters.replay' });
    await context.answer(letter, () => `replayed ${letter.id} to ${letter.topic} at ${letter.replayed_at ?? ''}`);
    return EXIT.yes;
  },
};

const placeOf = ({ topic, partition, offset }: DeadLetter): string => `${topic}/${partition}@${offset}`;

const rowOf = (letter: DeadLetter): readonly string[] => [
  letter.id,
  placeOf(letter),
  letter.refused_at,
  letter.replayed_at ?? '-',
  letter.code,
  letter.detail,
];

function letterText(letter: DeadLetterContent): string {
  const { id, key, headers, code, detail, value } = letter;
  const bytes = value === null ? 'erased' : Buffer.from(value, 'base64').toString('utf8');
  return [
    pairs([
      ['id', id],
      ['from', placeOf(letter)],
      ['key', key ?? '-'],
      ['refused', `${letter.refused_at}: ${detail} (${code})`],
      ['replayed', letter.replayed_at ?? 'never'],
      ...Object.entries(headers).map(([name, text]) => [`header ${name}`, text] as const),
    ]),
    indented(bytes.split('\n').map(printable).join('\n')),
  ].join('\n');
}
