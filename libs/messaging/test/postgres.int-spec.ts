import { describeWithService } from '@dmitry/kit/testing';
import { openPostgresTestDatabase } from '@dmitry/storage/testing';
import { describeMessagingStorageContract } from '../src/testing/index.ts';

describeWithService('postgres', 'PostgreSQL', (url) => {
  describeMessagingStorageContract('PostgreSQL', (migrations) => openPostgresTestDatabase(url, migrations));
});
