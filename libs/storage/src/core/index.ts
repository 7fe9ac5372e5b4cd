/** The door of @dmitry/storage: PostgreSQL or embedded PGlite: connection, migrations, tenant-scoped transactions and data keys. */
export {};
