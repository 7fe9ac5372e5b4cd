import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLogSigners } from '@dmitry/trust-ledger';
import type { CommandContext } from '../cli/context.ts';
import { CallFault } from '../cli/faults.ts';
import { type Home, openHome, writeHomeKeys } from './home.ts';

export interface Rotation {
  /** Which keys sign from the next start on. */
  readonly step: 'both' | 'new';
  /** C2SP vkeys of the logs that are known here. */
  readonly keys: readonly { readonly origin: string; readonly retiring?: string; readonly current: string }[];
  /** Where the seeds come from the environment: what to set there. */
  readonly variables?: Readonly<Record<string, string>>;
}

interface Seeds {
  readonly current: string;
  readonly retiring: string | undefined;
}

/** One step of changing the signing keys: a new seed beside the old one, or the old one left out. @throws CallFault out of turn */
export function rotateKey(context: CommandContext, finish: boolean): Rotation {
  const { env, io, home: folder } = context;
  const seed = env['DMITRY_SIGNER_SEED'];
  const fresh = (): string => Buffer.from(io.ids.bytes(32)).toString('hex');
  if (seed) {
    const next = stepped({ current: seed, retiring: env['DMITRY_RETIRING_SIGNER_SEED'] || undefined }, finish, fresh);
    const variables = { DMITRY_SIGNER_SEED: next.current, DMITRY_RETIRING_SIGNER_SEED: next.retiring ?? '' };
    const kept = env['DMITRY_CHECKPOINT_DIR'];
    return { ...rotation(next, kept ? context.path(kept) : null), variables };
  }
  if (!existsSync(join(folder, 'keys.json')))
    throw new CallFault(`${folder}: no data folder of ours, and DMITRY_SIGNER_SEED is not set; give --home DIR`);
  const home = openHome(folder, io.ids);
  const next = stepped(seedsOf(home), finish, fresh);
  const { retiring_signer_seed: _gone, ...rest } = home.keys;
  writeHomeKeys(home, {
    ...rest,
    signer_seed: next.current,
    ...(next.retiring === undefined ? {} : { retiring_signer_seed: next.retiring }),
  });
  return rotation(next, home.checkpoints);
}

const seedsOf = ({ keys }: Home): Seeds => ({ current: keys.signer_seed, retiring: keys.retiring_signer_seed });

function stepped({ current, retiring }: Seeds, finish: boolean, fresh: () => string): Seeds {
  if (finish && retiring === undefined)
    throw new CallFault('--finish: no change of keys is under way; the first step comes without --finish');
  if (!finish && retiring !== undefined)
    throw new CallFault(
      'a change of keys is under way: end it with --finish before the next one, or a key is lost that bundles need',
    );
  return finish ? { current, retiring: undefined } : { current: fresh(), retiring: current };
}

const SUFFIX = '.checkpoint';

/** The origins are those of the checkpoints that are kept outside the database, one file a log. */
function rotation({ current, retiring }: Seeds, folder: string | null): Rotation {
  const names =
    folder !== null && existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(SUFFIX)) : [];
  const origins = names.map((name) => decodeURIComponent(name.slice(0, -SUFFIX.length))).toSorted();
  const signers = (seed: string) => createLogSigners(Buffer.from(seed, 'hex'));
  const keyOf = (seed: string, origin: string): string => signers(seed)(origin).verifierKey;
  return {
    step: retiring === undefined ? 'new' : 'both',
    keys: origins.map((origin) => ({
      origin,
      ...(retiring === undefined ? {} : { retiring: keyOf(retiring, origin) }),
      current: keyOf(current, origin),
    })),
  };
}
