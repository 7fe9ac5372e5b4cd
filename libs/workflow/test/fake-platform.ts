import type { EffectAnswer, EffectExecutor, ProbeAnswer } from '../src/core/index.ts';
import type { ExecuteActionRequest } from '@dmitry/contracts';
import type { ManualClock } from '@dmitry/kit/memory';

/** What happens to one call: what the other side does, and what of it is heard here. */
export const FATES = [
  'confirmed',
  'refused',
  'accepted',
  'lost_request',
  'lost_reply',
  'late_request',
  'not_sent',
  'stalled',
] as const;
export type Fate = (typeof FATES)[number];
/** What happens to one probe. */
export const PROBE_FATES = ['answered', 'silent'] as const;
export type ProbeFate = (typeof PROBE_FATES)[number];

interface Known {
  status: 'in_progress' | 'confirmed' | 'refused';
  /** Arrivals that were acted upon. This platform does not collapse doubles: the caller must not send them. */
  performed: number;
}

const HORIZON_MS = 120_000;
/** Within `not_after`, and long after the caller has given up. */
const LATE_MS = 25_000;

/** A Platform whose effects are counted, whose network loses, delays and doubts as it is told, and which refuses after `not_after`. */
export class FakePlatform implements EffectExecutor {
  readonly effects = new Map<string, Known>();
  fates: Fate[] = [];
  probeFates: ProbeFate[] = [];
  /** Called before a request leaves: the place to look for the intent. */
  onSend: (effectKey: string) => Promise<void> = () => Promise.resolve();
  /** Called while a reply is stalled and the caller's lease has run out. */
  onStall: () => Promise<void> = () => Promise.resolve();
  private late: { readonly atMs: number; readonly key: string; readonly request: ExecuteActionRequest }[] = [];

  constructor(private readonly clock: ManualClock) {}

  async execute(_context: unknown, key: string, request: ExecuteActionRequest): Promise<EffectAnswer> {
    await this.onSend(key);
    const fate = this.fates.shift() ?? 'confirmed';
    switch (fate) {
      case 'not_sent':
        return { kind: 'not_sent', reason: 'breaker_open' };
      case 'lost_request':
        return { kind: 'unknown', reason: 'timeout' };
      case 'late_request':
        this.late.push({ atMs: this.clock.now() + LATE_MS, key, request });
        return { kind: 'unknown', reason: 'timeout' };
      case 'lost_reply':
        this.arrive(key, request, 'confirmed');
        return { kind: 'unknown', reason: 'reset' };
      case 'stalled': {
        const answer = this.arrive(key, request, 'confirmed');
        await this.clock.advance(120_000);
        await this.onStall();
        return answer;
      }
      case 'accepted':
        return this.arrive(key, request, 'in_progress');
      case 'confirmed':
      case 'refused':
        return this.arrive(key, request, fate);
    }
  }

  probe(_context: unknown, key: string): Promise<ProbeAnswer> {
    if (this.probeFates.shift() === 'silent') return Promise.resolve({ kind: 'no_answer', reason: 'timeout' });
    this.catchUp();
    const known = this.effects.get(key);
    if (!known) return Promise.resolve({ kind: 'never_seen', horizonMs: HORIZON_MS });
    const answer = answerOf(known);
    if (known.status === 'in_progress') known.status = 'confirmed';
    return Promise.resolve({ kind: 'known', answer });
  }

  /** How often this effect was done by now. */
  performed(key: string): number {
    this.catchUp();
    return this.effects.get(key)?.performed ?? 0;
  }

  /** Requests that were long on their way arrive in time order, whatever was sent meanwhile. */
  private catchUp(): void {
    const arrived = this.late.filter(({ atMs }) => atMs <= this.clock.now());
    this.late = this.late.filter(({ atMs }) => atMs > this.clock.now());
    for (const { key, request, atMs } of arrived) this.arrive(key, request, 'confirmed', atMs);
  }

  private arrive(
    key: string,
    request: ExecuteActionRequest,
    status: Known['status'],
    atMs = this.clock.now(),
  ): ReturnType<typeof answerOf> {
    const expired = atMs > Date.parse(request.not_after);
    const before = this.effects.get(key)?.performed ?? 0;
    const known: Known = {
      status: expired ? 'refused' : status,
      performed: before + (expired || status === 'refused' ? 0 : 1),
    };
    this.effects.set(key, known);
    return answerOf(known);
  }
}

const answerOf = ({ status }: Known): Exclude<EffectAnswer, { kind: 'unknown' | 'not_sent' }> => {
  if (status === 'refused') return { kind: 'refused', reason: 'no such target' };
  return status === 'confirmed' ? { kind: 'confirmed', result: { done: true } } : { kind: 'in_progress' };
};
