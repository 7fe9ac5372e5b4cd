import type { Tx } from '@dmitry/storage';
import { type Mode, modeOf, type ModeStore } from '../core/index.ts';

export class StoredModes implements ModeStore {
  async get(tx: Tx): Promise<Mode> {
    const [row] = await tx.query<{ mode: string }>('select mode from modes');
    return modeOf(row?.mode ?? '') ?? 'security';
  }

  async set(tx: Tx, mode: Mode): Promise<void> {
    await tx.query(
      'insert into modes (tenant, mode) values ($1, $2) on conflict (tenant) do update set mode = excluded.mode',
      [tx.tenant, mode],
    );
  }
}
