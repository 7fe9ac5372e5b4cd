import { describeWithService } from '@dmitry/kit/testing';
import { openPostgresTestDatabase } from '@dmitry/storage/testing';
import { trustLedgerMigrations } from '../src/storage/index.ts';
import { describeCryptoShred } from './crypto-shred.ts';
import { shreddedDatabase } from './shredded-database.ts';

describeWithService('postgres', 'erasing keys on a real PostgreSQL', (url) => {
  describeCryptoShred('PostgreSQL', async () =>
    shreddedDatabase(await openPostgresTestDatabase(url, trustLedgerMigrations)),
  );
});
