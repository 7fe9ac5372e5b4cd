import { pageOf, parseWith } from '@dmitry/contracts';
import type { Static, TSchema } from 'typebox';
import type { Call } from '../host/deployment.ts';
import type { CommandContext } from './context.ts';
import { ServiceFault } from './faults.ts';

/** The largest page that the gateway gives. */
const PAGE = 200;

/** One call to a deployment, its answer held to a schema. @throws what `callDeployment` throws; ServiceFault for another answer */
export async function answered<S extends TSchema>(context: CommandContext, schema: S, call: Call): Promise<Static<S>> {
  const { callDeployment } = await import('../host/deployment.ts'); // who only asks for help loads no HTTP client
  const parsed = parseWith(schema, await callDeployment(context, call));
  if (parsed.ok) return parsed.value;
  throw new ServiceFault(`what answers is not a gateway of this version (${parsed.faults[0]?.pointer ?? ''})`);
}

/** The first `most` items of a list, page by page. */
export async function listed<S extends TSchema>(
  context: CommandContext,
  item: S,
  call: {
    readonly path: string;
    readonly query: Readonly<Record<string, string | undefined>>;
    readonly operation: string;
  },
  most: number,
): Promise<Static<S>[]> {
  const page = pageOf(item);
  const found: Static<S>[] = [];
  let after: string | undefined;
  do {
    const limit = String(Math.min(PAGE, most - found.length));
    const query = Object.entries({ ...call.query, limit, after }).filter(
      (each): each is [string, string] => each[1] !== undefined,
    );
    const path = `${call.path}?${new URLSearchParams(query).toString()}`;
    const answer = (await answered(context, page, { method: 'GET', path, operation: call.operation })) as {
      readonly items: Static<S>[];
      readonly next?: string;
    };
    found.push(...answer.items);
    after = answer.next;
  } while (after !== undefined && found.length < most);
  return found;
}

/** How many of a list. */
export const limitOption = {
  kind: 'count',
  value: 'N',
  default: '200',
  summary: 'How many at most.',
} as const;
