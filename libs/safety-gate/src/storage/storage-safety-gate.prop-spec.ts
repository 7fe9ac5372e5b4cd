import { openTestDatabase } from '@dmitry/storage/testing';
import { describeGateModel } from '../testing/index.ts';
import { safetyGateMigrations } from './index.ts';

describeGateModel('PGlite', () => openTestDatabase(safetyGateMigrations), 25);
