import { openTestDatabase } from '@dmitry/storage/testing';
import { describeSafetyGateContract } from '../testing/index.ts';
import { safetyGateMigrations } from './index.ts';

describeSafetyGateContract('PGlite', () => openTestDatabase(safetyGateMigrations));
