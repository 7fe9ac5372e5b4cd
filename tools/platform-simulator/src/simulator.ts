import { type Clock, type IdSource, type Logger, silentLogger } from '@dmitry/kit';
import { SeededIds } from '@dmitry/kit/memory';
import { aegisRoutes } from './aegis/aegis.routes.ts';
import { actionRoutes } from './effects/actions.routes.ts';
import { EffectBook } from './effects/effect-book.ts';
import { FileEffectStore, memoryEffectStore } from './effects/effect-log.ts';
import type { EffectRecord } from './effects/effect-record.ts';
import { healthRoutes } from './http/health.routes.ts';
import type { Route } from './http/route.ts';
import { Router } from './http/router.ts';
import { HttpServer } from './http/server.ts';
import { FaultTable, type Knobs } from './knobs/knobs.ts';
import { llmRoutes, ScriptedModel } from './llm/llm.routes.ts';
import { analyticsRoutes } from './pdri/analytics.routes.ts';
import { OPEN_STATUSES } from './pdri/finding-book.ts';
import { findingRoutes } from './pdri/finding.routes.ts';
import { gatewayRoutes } from './pdri/gateway.routes.ts';
import { identityRoutes } from './pdri/identity.routes.ts';
import { ingestRoutes } from './pdri/ingest.routes.ts';
import { nodeRoutes } from './pdri/node.routes.ts';
import type { IngestReply } from './pdri/pdri.ts';
import { scoringRoutes } from './pdri/scoring.routes.ts';
import { type LiveService, MeshRegistry } from './platform/mesh.ts';
import { meshRoutes } from './platform/mesh.routes.ts';
import { platformRoutes } from './platform/platform.routes.ts';
import { simulatorRoutes } from './simulator.routes.ts';
import { type World, Worlds } from './worlds.ts';

export interface SimulatorOptions {
  /** @default 0, a free port */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger?: Logger;
  /** Makes which calls a fault hits, and jitter, repeatable; without it they come from `ids`. */
  readonly seed?: string;
  /** File that keeps effects over a restart; without it they live as long as the process. */
  readonly effectLogPath?: string;
  /** Opens the admin paths under /simulator/ to this bearer token; without it they refuse everybody. */
  readonly adminToken?: string;
  /** Bearer token that every call for a tenant must carry; without it none is asked for. */
  readonly apiKey?: string;
  /** Secret of Aegis's webhooks; without it signatures are not looked at. */
  readonly aegisWebhookSecret?: string;
  /** Value of the `Effect-Horizon` header. @default 120 */
  readonly effectHorizonSeconds?: number;
  /** A service without heartbeats for this long is gone from the mesh. @default 30000 */
  readonly meshExpiryMs?: number;
}

export interface Simulator {
  /** Base of everything; `${url}/platform`, `/pdri`, `/aegis` and `/llm` narrow it to one service. */
  readonly url: string;
  /** Takes events in as POST /ingest/events does. */
  ingest(tenant: string, events: readonly unknown[]): readonly (IngestReply | { readonly error: string })[];
  /** The effect log, in order: of one tenant, or of all. */
  effects(tenant?: string): readonly EffectRecord[];
  readonly knobs: Knobs;
  /** Services registered in the mesh now. */
  services(): readonly LiveService[];
  /** Stops at once; calls in flight are cut off. */
  close(): Promise<void>;
}

/** Starts the simulator. @throws DmitryError simulator.not_listening, simulator.effect_log_invalid */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { clock } = options;
  const store = options.effectLogPath === undefined ? memoryEffectStore : new FileEffectStore(options.effectLogPath);
  const effects = new EffectBook(store, clock);
  const worlds = new Worlds((tenant) => effects.list(tenant));
  const mesh = new MeshRegistry(clock, options.meshExpiryMs ?? 30_000);
  const model = new ScriptedModel();
  const router: Router = new Router(routesOf(options, { effects, worlds, mesh, model, knobs: () => knobs }));
  const random = options.seed === undefined ? options.ids : new SeededIds(clock, options.seed);
  const faults = new FaultTable(router.operations, () => random.fraction());
  const knobs = knobsOf(faults, effects, model);
  const server = new HttpServer({
    router,
    faults,
    worlds,
    clock,
    logger: options.logger ?? silentLogger,
    apiKey: options.apiKey,
    adminToken: options.adminToken,
    delayOf: (operation) => (operation === 'llm.chat' ? model.delayMs : 0),
  });
  const url = await server.listen(options.port ?? 0, options.host ?? '127.0.0.1').catch((error: unknown) => {
    effects.close();
    throw error;
  });
  return {
    url,
    knobs,
    ingest: (tenant, events) => events.map((event) => worlds.of(tenant).pdri.ingest(event, clock.now())),
    effects: (tenant) => structuredClone(effects.list(tenant)),
    services: () => mesh.live(),
    close: async () => {
      await server.close();
      effects.close();
    },
  };
}

interface Parts {
  readonly effects: EffectBook;
  readonly worlds: Worlds;
  readonly mesh: MeshRegistry;
  readonly model: ScriptedModel;
  readonly knobs: () => Knobs;
}

/** A fixed path stands before one with a parameter in its place. */
function routesOf(options: SimulatorOptions, { effects, worlds, mesh, model, knobs }: Parts): readonly Route[] {
  const all = (): readonly World[] => worlds.tenants.map((tenant) => worlds.of(tenant));
  const sum = (count: (world: World) => number): number => all().reduce((total, world) => total + count(world), 0);
  const nowMs = options.clock.now();
  return [
    ...healthRoutes({
      startedMs: nowMs,
      tenants: () => worlds.tenants.length,
      findingsOpen: () =>
        sum((world) => world.pdri.findings.list(nowMs).filter((finding) => OPEN_STATUSES.has(finding.status)).length),
      events: () => sum((world) => world.pdri.eventCount),
    }),
    ...platformRoutes(effects),
    ...actionRoutes(effects, options.effectHorizonSeconds ?? 120),
    ...meshRoutes(mesh),
    ...ingestRoutes(options.aegisWebhookSecret),
    ...nodeRoutes(),
    ...scoringRoutes(),
    ...analyticsRoutes(),
    ...identityRoutes(),
    ...findingRoutes(),
    ...gatewayRoutes(),
    ...aegisRoutes(),
    ...llmRoutes(model),
    ...simulatorRoutes(knobs, effects),
  ];
}

const knobsOf = (faults: FaultTable, effects: EffectBook, model: ScriptedModel): Knobs => ({
  operations: faults.operations,
  set: (operation, ...list) => faults.set(operation, list),
  clear: (operation) => faults.clear(operation),
  list: () => faults.list(),
  effectAnswer: (answer) => {
    effects.answer = answer;
  },
  llm: (script) => model.use(script),
});
