import { Clock, IdSource, Logger } from '@dmitry/kit';
import { Database, DataKeys, Leases, Sealer } from '@dmitry/storage';
import { Metrics, silentMetrics } from '@dmitry/telemetry';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import {
  DeadLetters,
  EventBus,
  eventBusHealth,
  Inbox,
  Offsets,
  Outbox,
  OutboxRelay,
  measuredEventBus,
  outboxHealth,
  type OutgoingRecord,
  type RelayLoop,
  startRelayLoop,
} from '../core/index.ts';
import { createDeadLetters, createInbox, createOffsets, createOutbox, createOutboxRelay } from '../storage/index.ts';

export interface MessagingModuleOptions {
  /** Opens the event bus: `KafkaEventBus.open` with its brokers, or a `MemoryEventBus`. */
  readonly open: () => Promise<EventBus>;
  /** Whether this process publishes what outboxes hold. Of many that do, one works at a time. @default false */
  readonly relay?: boolean;
  /** Told of records that this process's relay has published. */
  readonly onPublished?: (records: readonly OutgoingRecord[]) => void;
}

/** Token of the event bus's health indicator. */
export const MessagingHealth = Symbol('MessagingHealth');
/** Token of the health indicator of a relay: whether everything that is to be told is told. */
export const OutboxHealth = Symbol('OutboxHealth');

const METRICS = { token: Metrics, optional: true };
const RelayWanted = Symbol('RelayWanted');

type RelayNeeds = [Database, EventBus, Leases, IdSource, Clock, Logger, Metrics?];

const providersOf = ({ open, relay = false, onPublished }: MessagingModuleOptions): Provider[] => [
  { provide: RelayWanted, useValue: relay },
  {
    provide: EventBus,
    inject: [METRICS],
    useFactory: async (metrics?: Metrics) => {
      const bus = await open();
      return metrics ? measuredEventBus(bus, metrics) : bus;
    },
  },
  { provide: MessagingHealth, inject: [EventBus], useFactory: eventBusHealth },
  { provide: Inbox, inject: [METRICS], useFactory: createInbox },
  { provide: Outbox, useFactory: createOutbox },
  { provide: Offsets, useFactory: createOffsets },
  {
    provide: DeadLetters,
    inject: [Outbox, DataKeys, Sealer],
    useFactory: (outbox: Outbox, keys: DataKeys, sealer: Sealer) => createDeadLetters({ outbox, keys, sealer }),
  },
  {
    provide: OutboxRelay,
    inject: [Database, EventBus, Leases, IdSource, Clock, Logger, METRICS],
    useFactory: (...[database, bus, leases, ids, clock, logger, metrics = silentMetrics]: RelayNeeds) =>
      createOutboxRelay({
        database,
        bus,
        leases,
        clock,
        logger,
        metrics,
        holder: ids.uuid(),
        ...(onPublished ? { onPublished } : {}),
      }),
  },
  { provide: OutboxHealth, inject: [OutboxRelay], useFactory: outboxHealth },
];

/** The event bus and what makes it safe. Stops before the database is closed, so that batches under way can still commit. */
@Module({})
export class MessagingModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private loop: RelayLoop | null = null;

  constructor(
    @Inject(EventBus) private readonly bus: EventBus,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Logger) private readonly logger: Logger,
    @Inject(RelayWanted) private readonly wanted: boolean,
  ) {}

  static forRoot(options: MessagingModuleOptions): DynamicModule {
    const exports = [EventBus, MessagingHealth, OutboxHealth, Inbox, Outbox, Offsets, DeadLetters, OutboxRelay];
    return { module: MessagingModule, global: true, providers: providersOf(options), exports };
  }

  onApplicationBootstrap(): void {
    const { relay, clock, logger } = this;
    if (this.wanted) this.loop = startRelayLoop({ relay, clock, logger });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop?.stop();
    await this.bus.close();
  }
}
