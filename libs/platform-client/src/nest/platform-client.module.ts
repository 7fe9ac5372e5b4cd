import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Module,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import { Cache } from '@dmitry/cache';
import type { ServiceRegistration } from '@dmitry/contracts';
import type { HealthIndicator } from '@dmitry/health';
import { Clock, Logger } from '@dmitry/kit';
import type { OutboundClient } from '@dmitry/outbound';
import { type OutboundClientOptions, OutboundModule } from '@dmitry/outbound/nest';
import {
  AegisClient,
  Membership,
  neighbourIndicator,
  PdriClient,
  PlatformClient,
  ServiceRegistry,
  type ServiceStatus,
} from '../core/index.ts';
import { type CachedReadPolicy, cachedPdriClient, cachedPlatformClient } from '../cache/index.ts';
import { createAegisClient, createPdriClient, createPlatformClient, createServiceRegistry } from '../http/index.ts';

/** Where a neighbour is, and how it is called. */
export type NeighbourOptions = Pick<OutboundClientOptions, 'baseUrl' | 'authorization' | 'headers' | 'limits'>;

export interface PlatformClientModuleOptions {
  readonly platform: NeighbourOptions;
  readonly pdri: NeighbourOptions;
  readonly aegis: NeighbourOptions;
  /** Reads of Platform and PDRI go through the application's `Cache`. Absent: every read is a call. */
  readonly cachedReads?: CachedReadPolicy;
  /** Keeps the service registered in the mesh; `MembershipStatus` must then be provided. Absent: it does not take part. */
  readonly membership?: { readonly registration: ServiceRegistration; readonly intervalMs?: number };
}

/** What the heartbeat says: the application provides it from its own readiness. */
export type MembershipStatus = () => ServiceStatus | Promise<ServiceStatus>;
export const MembershipStatus = Symbol('MembershipStatus');

/** Health indicators of the three neighbours, for the application's health module. */
export type NeighbourIndicators = readonly HealthIndicator[];
export const NeighbourIndicators = Symbol('NeighbourIndicators');

const PLATFORM = Symbol('platform outbound');
const PDRI = Symbol('pdri outbound');
const AEGIS = Symbol('aegis outbound');

/** Leaves the mesh before the connections close, so that nobody is sent to a service that drains. */
class MeshMembership implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly membership: Membership) {}

  onApplicationBootstrap(): Promise<void> {
    return this.membership.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.membership.stop();
  }
}

/** Platform, PDRI, Aegis and the mesh registry, from the Clock, IdSource and Logger of the application. */
@Module({})
export class PlatformClientModule {
  static forRoot(options: PlatformClientModuleOptions): DynamicModule {
    const outbound = OutboundModule.forRoot({
      clients: [
        { ...options.platform, token: PLATFORM, service: 'platform' },
        { ...options.pdri, token: PDRI, service: 'pdri' },
        { ...options.aegis, token: AEGIS, service: 'aegis' },
      ],
    });
    return {
      module: PlatformClientModule,
      global: true,
      imports: [outbound],
      providers: [...readProviders(options), ...OTHERS, ...membershipProviders(options)],
      exports: [PlatformClient, PdriClient, AegisClient, ServiceRegistry, NeighbourIndicators],
    };
  }
}

function readProviders({ cachedReads }: PlatformClientModuleOptions): readonly Provider[] {
  if (!cachedReads) {
    return [
      { provide: PlatformClient, inject: [PLATFORM], useFactory: createPlatformClient },
      { provide: PdriClient, inject: [PDRI], useFactory: createPdriClient },
    ];
  }
  return [
    {
      provide: PlatformClient,
      inject: [PLATFORM, Cache],
      useFactory: (outbound: OutboundClient, cache: Cache) =>
        cachedPlatformClient(createPlatformClient(outbound), cache, cachedReads),
    },
    {
      provide: PdriClient,
      inject: [PDRI, Cache],
      useFactory: (outbound: OutboundClient, cache: Cache) =>
        cachedPdriClient(createPdriClient(outbound), cache, cachedReads),
    },
  ];
}

const OTHERS: readonly Provider[] = [
  { provide: AegisClient, inject: [AEGIS], useFactory: createAegisClient },
  {
    provide: ServiceRegistry,
    inject: [PLATFORM, Clock],
    useFactory: (outbound: OutboundClient, clock: Clock) => createServiceRegistry(outbound, clock),
  },
  {
    provide: NeighbourIndicators,
    inject: [PlatformClient, PdriClient, AegisClient],
    useFactory: (platform: PlatformClient, pdri: PdriClient, aegis: AegisClient): NeighbourIndicators => [
      neighbourIndicator('platform', platform),
      neighbourIndicator('pdri', pdri),
      neighbourIndicator('aegis', aegis),
    ],
  },
];

function membershipProviders({ membership }: PlatformClientModuleOptions): readonly Provider[] {
  if (!membership) return [];
  return [
    {
      provide: MeshMembership,
      inject: [ServiceRegistry, Clock, Logger, MembershipStatus],
      useFactory: (registry: ServiceRegistry, clock: Clock, logger: Logger, status: MembershipStatus) =>
        new MeshMembership(new Membership({ ...membership, registry, clock, logger, status })),
    },
  ];
}
