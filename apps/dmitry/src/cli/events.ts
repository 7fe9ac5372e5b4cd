import { FORMATS, normalise, type NormalisedEvent } from '@dmitry/normalise';
import type { OptionSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { CallFault } from './faults.ts';
import { readInput } from './input.ts';
import { suggestion } from './suggest.ts';

/** The tenant of work without a deployment. It goes into the ids of findings and nowhere else. */
export const LOCAL_TENANT = 'local';

export const fromOption: OptionSpec = {
  kind: 'text',
  value: 'FORMAT',
  default: 'auto',
  summary: `Format of the input. There are: ${FORMATS.join(', ')}.`,
};

/** One record that could be read. */
export interface ReadEvent {
  readonly index: number;
  readonly record: unknown;
  readonly normalised: NormalisedEvent;
}

/**
 * The format that `--from` names.
 * @throws CallFault for one that there is not
 */
export function formatOf(context: CommandContext): string {
  const format = context.text('from') ?? 'auto';
  if (!FORMATS.includes(format)) {
    throw new CallFault(
      `--from ${format}: there is no such format; there are ${FORMATS.join(', ')}.${suggestion(format, FORMATS)}`,
    );
  }
  return format;
}

/** The records of the operands as events; what cannot be read is reported, counted and passed over. */
export async function* readEvents(context: CommandContext): AsyncGenerator<ReadEvent, void, undefined> {
  const format = formatOf(context);
  for await (const { index, path, value } of readValues(context)) {
    const normalised = normalise(format, value, { tenant: LOCAL_TENANT });
    if (normalised.ok) yield { index, record: value, normalised };
    else await context.skip({ index, path }, faultLine(normalised.faults));
  }
}

/** The records of the operands as JSON values. */
export async function* readValues(
  context: CommandContext,
): AsyncGenerator<{ readonly index: number; readonly path: string; readonly value: unknown }, void, undefined> {
  for await (const record of readInput(context.args, context.io)) {
    await context.progress.tick();
    if ('fault' in record) await context.skip(record, record.fault);
    else yield record;
  }
}

/** Says of a member only that no value of it would be right, which the fault of its object says with the member's name. */
const EMPTY_FAULT = 'schema is false';

/** Faults of one value, one after another: `/time: a number is needed`. */
export const faultLine = (faults: readonly { readonly pointer: string; readonly message: string }[]): string =>
  faults
    .filter(({ message }) => message !== EMPTY_FAULT || faults.length === 1)
    .map(({ pointer, message }) => (pointer === '' ? message : `${pointer}: ${message}`))
    .join('; ');
