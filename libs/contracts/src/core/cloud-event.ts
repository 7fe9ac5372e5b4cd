import { type Static, Type } from 'typebox';

/** CloudEvents 1.0 in the JSON format. `tenantid` and `traceparent` are extension attributes. */
export const CloudEvent = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({ minLength: 1, maxLength: 512 }),
  source: Type.String({ minLength: 1, maxLength: 512 }),
  type: Type.String({ minLength: 1, maxLength: 256 }),
  time: Type.Optional(Type.String({ maxLength: 64 })),
  subject: Type.Optional(Type.String({ maxLength: 512 })),
  datacontenttype: Type.Optional(Type.String({ maxLength: 128 })),
  dataschema: Type.Optional(Type.String({ maxLength: 512 })),
  tenantid: Type.Optional(Type.String({ maxLength: 128 })),
  traceparent: Type.Optional(Type.String({ maxLength: 128 })),
  data: Type.Unknown(),
});
export type CloudEvent<T = unknown> = Omit<Static<typeof CloudEvent>, 'data'> & { readonly data: T };
