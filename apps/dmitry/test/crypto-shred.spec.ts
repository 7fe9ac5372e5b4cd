import { describe, jest } from '@jest/globals';
import { PgliteDatabase } from '@dmitry/storage/pglite';
import { itShreds } from './support/shred.ts';

jest.setTimeout(180_000);

describe('an embedded instance', () => {
  itShreds(async () => ({ env: {}, open: (folder) => PgliteDatabase.open({ folder, migrations: [] }) }));
});
