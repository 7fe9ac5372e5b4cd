import { describeWithService } from '@dmitry/kit/testing';
import { describeDatabaseContract, openPostgresTestDatabase } from '../src/testing/index.ts';

describeWithService('postgres', 'PostgreSQL', (url) => {
  describeDatabaseContract('PostgreSQL', (migrations) => openPostgresTestDatabase(url, migrations));
});
