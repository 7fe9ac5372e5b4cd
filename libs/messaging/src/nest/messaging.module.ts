import { Clock, IdSource, Logger } from '@dmitry/kit';
import { Database, DataKeys, Leases, Sealer } from '@dmitry/storage';
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
  type RelayLoop,
  startRelayLoop,
} from '../core/index.ts';
import { createDeadLetters, createInbox, createOffsets, createOutbox, createOutboxRelay } from '../storage/index.ts';

export interface MessagingModuleOptions {
  /** Opens the event bus: `KafkaEventBus.open` with its brokers, or a `MemoryEventBus`. */
  readonly open: () => Promise<EventBus>;
  /** Whether this process publishes what outboxes hold. Of many that do, one works at a time. @default false */
  readonly relay?: boolean;
}

/** Token of the event bus's health indicator. */
export const MessagingHealth = Symbol('MessagingHealth');

const RelayWanted = Symbol('RelayWanted');

const providersOf = ({ open, relay = false }: MessagingModuleOptions): Provider[] => [
  { provide: RelayWanted, useValue: relay },
  { provide: EventBus, useFactory: open },
  { provide: MessagingHealth, inject: [EventBus], useFactory: eventBusHealth },
  { provide: Inbox, useFactory: createInbox },
  { provide: Outbox, useFactory: createOutbox },
  { provide: Offsets, useFactory: createOffsets },
  {
    provide: DeadLetters,
    inject: [Outbox, DataKeys, Sealer],
    useFactory: (outbox: Outbox, keys: DataKeys, sealer: Sealer) => createDeadLetters({ outbox, keys, sealer }),
  },
  {
    provide: OutboxRelay,
    inject: [Database, EventBus, Leases, IdSource],
    useFactory: (database: Database, bus: EventBus, leases: Leases, ids: IdSource) =>
      createOutboxRelay({ database, bus, leases, holder: ids.uuid() }),
  },
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
    const exports = [EventBus, MessagingHealth, Inbox, Outbox, Offsets, DeadLetters, OutboxRelay];
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
