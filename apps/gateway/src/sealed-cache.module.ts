import { ValueSealer } from '@dmitry/cache';
import { createTenantSealer } from '@dmitry/cache/storage';
import { Clock } from '@dmitry/kit';
import { Database, DataKeys, Sealer } from '@dmitry/storage';
import { Module } from '@nestjs/common';

/** Cached values are sealed under their tenant's key: Redis holds nothing readable, and erasing the key erases them (promise P7). */
@Module({
  providers: [
    {
      provide: ValueSealer,
      inject: [Database, DataKeys, Sealer, Clock],
      useFactory: (database: Database, dataKeys: DataKeys, sealer: Sealer, clock: Clock) =>
        createTenantSealer({ database, dataKeys, sealer, clock }),
    },
  ],
  exports: [ValueSealer],
})
export class SealedCacheModule {}
