import { describeIsolationContract, openTestDatabase } from '@dmitry/storage/testing';
import { describeMessagingStorageContract } from '../testing/index.ts';
import { messagingMigrations } from './index.ts';

describeMessagingStorageContract('PGlite', openTestDatabase);
describeIsolationContract('messaging tables', () => openTestDatabase(messagingMigrations));
