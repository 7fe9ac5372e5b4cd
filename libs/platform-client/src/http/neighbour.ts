import { NeighbourHealth, parseWith } from '@dmitry/contracts';
import type { CallContext, OutboundClient, OutboundRequest } from '@dmitry/outbound';
import type { Static, TSchema } from 'typebox';
import {
  type EffectAnswer,
  effectAnswerOf,
  type EffectOptions,
  type EffectReader,
  type NeighbourState,
  type PartialReason,
  type ReadResult,
  readResultOf,
} from '../core/index.ts';

export interface ReadOptions<S extends TSchema> {
  readonly operation: string;
  readonly path: string;
  readonly schema: S;
  readonly timeoutMs?: number | undefined;
  readonly partialReason?: (value: Static<S>) => PartialReason | null;
}

export interface SendOptions extends Pick<OutboundRequest, 'method' | 'path' | 'operation' | 'body'>, EffectOptions {
  readonly kind: 'keyed' | 'unsafe';
  readonly read: EffectReader;
}

/** One neighbour behind an outbound client: reads, effects and its health, in the terms of this library. */
export class Neighbour {
  constructor(
    private readonly outbound: OutboundClient,
    private readonly healthPath: string,
  ) {}

  async read<S extends TSchema>(context: CallContext, options: ReadOptions<S>): Promise<ReadResult<Static<S>>> {
    const { operation, path, schema, timeoutMs, partialReason } = options;
    const request: OutboundRequest = {
      method: 'GET',
      path,
      operation,
      kind: 'read',
      ...(timeoutMs ? { timeoutMs } : {}),
    };
    return readResultOf(await this.outbound.call(request, context), schema, context.tenant, partialReason);
  }

  async send(context: CallContext, { read, recorded = false, ...request }: SendOptions): Promise<EffectAnswer> {
    return effectAnswerOf(await this.outbound.call({ ...request, recorded }, context), context.tenant, read);
  }

  async health(signal?: AbortSignal): Promise<NeighbourState> {
    const request = { method: 'GET', path: this.healthPath, operation: 'health', kind: 'read' } as const;
    const result = await this.outbound.operate(request, signal ? { signal } : {});
    if (result.kind === 'refused') return { reachable: false, code: `http_${result.status}` };
    if (result.kind !== 'ok') return { reachable: false, code: result.reason };
    const parsed = parseWith(NeighbourHealth, result.body);
    if (!parsed.ok) return { reachable: false, code: 'schema_mismatch' };
    const { status, version } = parsed.value;
    return { reachable: true, status, ...(version === undefined ? {} : { version }) };
  }
}
