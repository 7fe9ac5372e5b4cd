import { contractMigrations, type OpenDatabase } from './contract-schema.ts';
import { describeIsolationContract } from './isolation.contract.ts';
import { describeDataKeysContract, describeLeasesContract } from './sql.contract.ts';
import { describeTransactionContract } from './transaction.contract.ts';
import { describeValuesContract } from './values.contract.ts';

/** What every adapter of the database port keeps: isolation, transactions, values, and the SQL of leases and data keys on top of it. */
export function describeDatabaseContract(name: string, open: OpenDatabase): void {
  describeIsolationContract(name, () => open(contractMigrations));
  describeTransactionContract(name, open);
  describeValuesContract(name, open);
  describeLeasesContract(name, open);
  describeDataKeysContract(name, open);
}
