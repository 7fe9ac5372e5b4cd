import { type Static, Type } from 'typebox';
import { strictObject, stringEnum } from './schema.ts';

export const ENTITY_TYPES = ['identity', 'data_store', 'service', 'ai_tool', 'api', 'external'] as const;
export const EntityType = stringEnum(ENTITY_TYPES);
export type EntityType = Static<typeof EntityType>;

/** An entity of one tenant: its type and the id that the outside world calls it by. */
export const EntityRef = strictObject({ type: EntityType, id: Type.String({ minLength: 1, maxLength: 512 }) });
export type EntityRef = Static<typeof EntityRef>;

/** `type:id`, for keys and ordering. */
export const entityKey = (entity: EntityRef): string => `${entity.type}:${entity.id}`;
