import { type Approval, type Principal, stringEnum, Timestamp } from '@dmitry/contracts';
import { Clock, DmitryError, isoTime } from '@dmitry/kit';
import { CurrentPrincipal, PredecessorRoute, Roles, RouteSchema } from '@dmitry/kit/nest';
import { modeOf, MODES, Pipeline } from '@dmitry/pipeline';
import type { StoredEntry } from '@dmitry/trust-ledger';
import { RateLimitWeight } from '@dmitry/ratelimit/nest';
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { type Static, Type } from 'typebox';
import { EXPENSIVE } from '../limits.ts';

const Message = Type.Object({ message: Type.String({ minLength: 1, maxLength: 10_000 }) });
type Message = Static<typeof Message>;
const ModeRequest = Type.Object({ mode: Type.String({ minLength: 1, maxLength: 64 }) });
type ModeRequest = Static<typeof ModeRequest>;
const Confirmation = Type.Object({
  actionId: Type.String({ minLength: 1, maxLength: 128 }),
  /** Not said is no. */
  confirmed: Type.Boolean({ default: false }),
});
type Confirmation = Static<typeof Confirmation>;
const Mode = stringEnum(MODES);
const Reply = Type.Object({ text: Type.String(), intent: Type.Literal('text'), mode: Mode });
const ModeSet = Type.Object({ success: Type.Literal(true), mode: Mode });
const Confirmed = Type.Object({
  success: Type.Boolean(),
  code: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
});
const Confirmations = Type.Object({
  confirmations: Type.Array(Type.Object({ action_id: Type.String(), message: Type.String(), timestamp: Timestamp })),
});
const Status = Type.Object({
  connected: Type.Literal(true),
  mode: Mode,
  pending_confirmations: Type.Integer({ minimum: 0 }),
  timestamp: Timestamp,
});
const Logs = Type.Object({
  logs: Type.Array(
    Type.Object({
      tool: Type.String(),
      status: Type.String(),
      message: Type.String(),
      time: Type.String(),
      timestamp: Timestamp,
    }),
  ),
  total: Type.Integer({ minimum: 0 }),
});
const LogsQuery = Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }) });
type LogsQuery = Static<typeof LogsQuery>;

/** The predecessor's endpoints that drive the trust layer (domain.md 1.1): its shapes, our promises. */
@Controller()
export class OperatorController {
  constructor(
    @Inject(Pipeline) private readonly pipeline: Pipeline,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** A question to the analyst. Text selects no effect: `intent` is always `text`. */
  @Post('message')
  @RateLimitWeight(EXPENSIVE)
  @HttpCode(200)
  @PredecessorRoute()
  @Roles('analyst', 'service')
  @RouteSchema({ body: Message, response: Reply })
  async message(@CurrentPrincipal() principal: Principal, @Body() { message }: Message) {
    const { advice } = await this.pipeline.consultation.chat(principal, { message });
    return { text: advice.summary, intent: 'text', mode: await this.pipeline.reads.mode(principal.tenant) };
  }

  @Post('mode')
  @HttpCode(200)
  @PredecessorRoute()
  @Roles('analyst', 'operator', 'service')
  @RouteSchema({ body: ModeRequest, response: ModeSet })
  async setMode(@CurrentPrincipal() principal: Principal, @Body() { mode: name }: ModeRequest) {
    const mode = modeOf(name);
    if (!mode) {
      throw new DmitryError('request.invalid', `There is no such mode; use one of ${MODES.join(', ')}.`, {
        severity: 'info',
      });
    }
    await this.pipeline.reads.setMode(principal.tenant, mode);
    return { success: true, mode };
  }

  /** A session's yes counts only where the policy accepts it, never for high impact, and never by whoever asked (DESIGN.md 6). */
  @Post('confirm')
  @HttpCode(200)
  @PredecessorRoute()
  @Roles('approver')
  @RouteSchema({ body: Confirmation, response: Confirmed })
  async confirm(@CurrentPrincipal() principal: Principal, @Body() { actionId, confirmed }: Confirmation) {
    const { nonce } = await this.pipeline.reads.approval(principal.tenant, actionId);
    const vote = { approvalId: actionId, approved: confirmed, nonce, assurance: 'session', via: 'confirm' } as const;
    const outcome = await this.pipeline.approvals.vote(principal, vote);
    return outcome.status === 'refused'
      ? { success: false, code: outcome.code, message: outcome.message }
      : { success: true };
  }

  @Get('confirmations')
  @PredecessorRoute()
  @Roles('analyst', 'approver', 'operator', 'service')
  @RouteSchema({ response: Confirmations })
  async confirmations(@CurrentPrincipal() principal: Principal) {
    const pending = await this.pipeline.reads.approvals(principal.tenant, { status: 'pending' });
    return { confirmations: pending.map(confirmationOf) };
  }

  @Get('status')
  @PredecessorRoute()
  @Roles('analyst', 'approver', 'operator', 'auditor', 'service')
  @RouteSchema({ response: Status })
  async status(@CurrentPrincipal() principal: Principal) {
    const pending = await this.pipeline.reads.approvals(principal.tenant, { status: 'pending' });
    const mode = await this.pipeline.reads.mode(principal.tenant);
    return { connected: true, mode, pending_confirmations: pending.length, timestamp: isoTime(this.clock.now()) };
  }

  /** The newest entries of the tenant's log in the predecessor's words. */
  @Get('logs')
  @PredecessorRoute()
  @Roles('analyst', 'operator', 'auditor', 'service')
  @RouteSchema({ query: LogsQuery, response: Logs })
  async logs(@CurrentPrincipal() principal: Principal, @Query() { limit }: LogsQuery) {
    const logs = (await this.pipeline.proofs.newest(principal.tenant, limit)).map(logLine);
    return { logs, total: logs.length };
  }
}

const confirmationOf = ({ id, action, requested_at: timestamp }: Approval) => ({
  action_id: id,
  message: `${action.action_type} on ${action.target.type} ${action.target.id}`,
  timestamp,
});

const logLine = ({ entry: { type, facts, time } }: StoredEntry) => ({
  tool: `${String(facts['service'] ?? 'dmitry')}.${String(facts['operation'] ?? type)}`,
  status: String(facts['status'] ?? facts['verdict'] ?? type),
  message: type,
  time: time.slice(11, 19),
  timestamp: time,
});
