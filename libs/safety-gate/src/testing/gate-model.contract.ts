import type { Approval, Decision } from '@dmitry/contracts';
import type { Database } from '@dmitry/storage';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { builtinPolicy, type GateRequest } from '../core/index.ts';
import { type Approver, approver } from './gate-fixtures.ts';
import { GateWorld } from './gate-world.ts';

type Operation = 'halt' | 'resume' | 'activate' | 'settle' | 'expire';
type Command =
  | { readonly do: 'decide'; readonly type: 'alert' | 'rate_limit' | 'block_access' }
  | { readonly do: 'vote'; readonly which: number; readonly by: 0 | 1; readonly yes: boolean }
  | { readonly do: 'judge_again'; readonly which: number }
  | { readonly do: 'dispatch'; readonly which: number; readonly effect: 'one' | 'two' }
  | { readonly do: Operation }
  | { readonly do: 'wait'; readonly minutes: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      type: fc.constantFrom('alert' as const, 'rate_limit' as const, 'block_access' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('vote' as const),
      which: fc.nat(9),
      by: fc.constantFrom(0 as const, 1 as const),
      yes: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('judge_again' as const), which: fc.nat(9) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('dispatch' as const),
      which: fc.nat(9),
      effect: fc.constantFrom('one' as const, 'two' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'halt' as const,
        'resume' as const,
        'activate' as const,
        'settle' as const,
        'expire' as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 6, 20, 70, 260) }),
  },
);

interface Allowed {
  readonly decision: Decision;
  readonly policyVersion: string;
  readonly approval: Approval | null;
  used: string | null;
  settled: boolean;
}

/** What must be true, told by a few lists instead of a database. */
class Model {
  halted = false;
  policies = 0;
  readonly allowed: Allowed[] = [];
  readonly questions: { readonly approval: Approval; readonly request: GateRequest }[] = [];
  readonly granted = new Map<string, Approval>();
  readonly spent = new Set<string>();
  dispatched = 0;

  constructor(
    readonly world: GateWorld,
    readonly people: readonly [Approver, Approver],
  ) {}

  get version(): string {
    return this.policies === 0 ? builtinPolicy.version : `v${this.policies}`;
  }

  async run(step: Command): Promise<void> {
    const { world } = this;
    switch (step.do) {
      case 'decide':
        return this.decide(world.request(step.type));
      case 'vote':
        return this.vote(step);
      case 'judge_again':
        return this.judgeAgain(step.which);
      case 'dispatch':
        return this.dispatch(step.which, step.effect);
      case 'wait':
        return world.clock.advance(step.minutes * 60_000);
      default:
        return this.operate(step.do);
    }
  }

  private async operate(what: Operation): Promise<void> {
    if (what === 'settle') return this.settle();
    if (what === 'activate') {
      this.policies += 1;
      await this.world.activate(this.version);
    } else if (what === 'expire') {
      await this.world.tx((tx, session) => this.world.parts.approvals.expire(tx, session));
    } else {
      this.halted = what === 'halt';
      await this.world.halt(this.halted);
    }
  }

  private async decide(request: GateRequest): Promise<void> {
    const { decision, approval: question } = await this.world.decide(request);
    if (decision.verdict === 'STEP_UP' && question) this.questions.push({ approval: question, request });
    if (decision.verdict !== 'ALLOW') return;
    expect(this.halted).toBe(false);
    const approval = decision.action.action_type === 'alert' ? null : this.spend(decision);
    this.allowed.push({ decision, policyVersion: this.version, approval, used: null, settled: false });
  }

  /** A grave ALLOW must stand on a live approval of its digest that nothing else used; it is used up by it. */
  private spend(decision: Decision): Approval {
    const live = [...this.granted.values()].find(
      (each) =>
        each.action_digest === decision.action_digest &&
        each.policy_version === this.version &&
        Date.parse(each.expires) > this.world.clock.now() &&
        !this.spent.has(each.id),
    );
    if (!live) throw new Error(`ALLOW ${String(decision.id)} stands on no live approval`);
    this.spent.add(live.id);
    return live;
  }

  private async vote(step: Extract<Command, { do: 'vote' }>): Promise<void> {
    const question = this.questions[step.which % Math.max(1, this.questions.length)];
    if (!question) return;
    const outcome = await this.world.vote(question.approval, this.people[step.by], { approved: step.yes });
    if (outcome.status === 'approved') this.granted.set(question.approval.id, outcome.approval);
  }

  /** With fresh evidence, and for whichever question the caller likes: a stranger's approval must not help. */
  private async judgeAgain(which: number): Promise<void> {
    const question = this.questions[which % Math.max(1, this.questions.length)];
    if (!question) return;
    const { evidence } = this.world.request(question.request.action.action_type);
    await this.decide({ ...question.request, evidence, approvals: this.questions.map((each) => each.approval.id) });
  }

  private async dispatch(which: number, effect: string): Promise<void> {
    const target = this.allowed[which % Math.max(1, this.allowed.length)];
    if (!target) return;
    const answer = await this.world.check(target.decision, effect);
    if (!answer.ok) return;
    const now = this.world.clock.now();
    expect([this.halted, target.policyVersion, target.settled]).toEqual([false, this.version, false]);
    expect(Date.parse(String(target.decision.expires_at))).toBeGreaterThan(now);
    if (target.approval) expect(Date.parse(target.approval.expires)).toBeGreaterThan(now);
    expect([null, effect]).toContain(target.used);
    target.used = effect;
    this.dispatched += 1;
  }

  private async settle(): Promise<void> {
    const target = this.allowed.find((each) => each.used !== null && !each.settled);
    if (!target) return;
    await this.world.tx((tx) => this.world.parts.gate.settle(tx, String(target.decision.id), 'confirmed'));
    target.settled = true;
  }
}

/** Random sequences of everything that people, workers and clocks do find no dispatch without a live matching ALLOW. */
export function describeGateModel(name: string, open: () => Promise<Database>, numRuns: number): void {
  describe(`gate model over ${name}`, () => {
    let database: Database;
    let worlds = 0;
    beforeAll(async () => {
      database = await open();
    }, 120_000);
    afterAll(() => database.close());

    it('never dispatches without a live ALLOW of that action, under the active policy, on approvals of its own', async () => {
      let dispatched = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 40 }), async (commands) => {
          worlds += 1;
          const world = new GateWorld(database, `model-${worlds}`);
          const people: [Approver, Approver] = [approver('ann', world.tenant), approver('ben', world.tenant)];
          for (const each of people) await world.register(each);
          const model = new Model(world, people);
          for (const step of commands) await model.run(step);
          dispatched += model.dispatched;
        }),
        { numRuns, endOnFailure: true },
      );
      expect(dispatched).toBeGreaterThan(0); // a gate that never opens would pass everything above
    }, 120_000);
  });
}
