import { digestOf } from '@dmitry/contracts';
import type { CacheKey, CacheOptions } from './cache.port.ts';
import { optionsInvalid } from './cache.errors.ts';

const MAX_TAGS = 16;

/** A tenant's keys share a hash tag, so that one script reaches an entry and its tags in a cluster. Nothing readable is in them. */
const prefixOf = (tenant: string): string => `cache:{${digestOf(tenant).slice(0, 32)}}`;

export const entryKeyOf = ({ tenant, namespace, id }: CacheKey): string =>
  `${prefixOf(tenant)}:e:${digestOf([tenant, namespace, id])}`;

export const tagKeyOf = (tenant: string, tag: string): string =>
  `${prefixOf(tenant)}:t:${digestOf([tenant, 'tag', tag])}`;

/** An entry's own tag: deleting an entry is invalidating it, so that a load under way does not bring it back. */
export const ownTagKeyOf = (key: CacheKey): string =>
  `${prefixOf(key.tenant)}:t:${digestOf([key.tenant, 'own', key.namespace, key.id])}`;

/** @throws DmitryError `cache.options_invalid` */
export function checkOptions({ ttlMs, revalidateMs = 0, graceMs = 0, tags = [] }: CacheOptions): void {
  const times = [ttlMs, revalidateMs, graceMs];
  if (!times.every((ms) => Number.isFinite(ms) && ms >= 0) || ttlMs === 0)
    throw optionsInvalid('times are 0 or more, and the ttl is above 0');
  if (tags.length > MAX_TAGS) throw optionsInvalid(`it has more than ${MAX_TAGS} tags`);
}
