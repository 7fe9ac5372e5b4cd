import { IdSource } from '@dmitry/kit';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { Database, databaseHealth, DataKeys, Leases, type Migration, Sealer } from '../core/index.ts';
import { createDataKeys, createLeases, createSealer } from '../sql/index.ts';

export interface StorageModuleOptions {
  /** Opens the database with these migrations: `PgliteDatabase.open` or `PostgresDatabase.open` with its address. */
  readonly open: (migrations: readonly Migration[]) => Promise<Database>;
  /** Migrations of every library that the app uses. */
  readonly migrations: readonly Migration[];
  /** 256 bits under which data keys are wrapped. */
  readonly masterKey: Uint8Array;
}

/** Token of the database's health indicator. */
export const StorageHealth = Symbol('StorageHealth');

const providersOf = ({ open, migrations, masterKey }: StorageModuleOptions): Provider[] => [
  { provide: Database, useFactory: () => open(migrations) },
  { provide: Leases, inject: [Database], useFactory: createLeases },
  { provide: Sealer, inject: [IdSource], useFactory: createSealer },
  { provide: DataKeys, inject: [IdSource], useFactory: (ids: IdSource) => createDataKeys({ ids, masterKey }) },
  { provide: StorageHealth, inject: [Database], useFactory: databaseHealth },
];

/** The database, open before anything that needs it and closed after everything that stopped at `beforeApplicationShutdown`. */
@Module({})
export class StorageModule implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  static forRoot(options: StorageModuleOptions): DynamicModule {
    const exports = [Database, Leases, Sealer, DataKeys, StorageHealth];
    return { module: StorageModule, global: true, providers: providersOf(options), exports };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
