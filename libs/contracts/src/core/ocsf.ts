import { type Static, Type } from 'typebox';

/** The one OCSF release this house writes. */
export const OCSF_VERSION = '1.5.0';

/** OCSF class ids used by the normalisers. */
export const OCSF_CLASS = {
  file_activity: 1001,
  process_activity: 1007,
  detection_finding: 2004,
  account_change: 3001,
  authentication: 3002,
  network_activity: 4001,
  http_activity: 4002,
  api_activity: 6003,
  datastore_activity: 6005,
} as const;

/** Members that every OCSF event has (base event). The rest depends on the class and is kept as it is. */
export const OcsfEvent = Type.Object({
  class_uid: Type.Integer({ minimum: 0 }),
  category_uid: Type.Integer({ minimum: 0 }),
  activity_id: Type.Integer({ minimum: 0 }),
  type_uid: Type.Integer({ minimum: 0 }),
  /** Event time, milliseconds since 1970-01-01T00:00:00Z. */
  time: Type.Integer(),
  severity_id: Type.Integer({ minimum: 0, maximum: 99 }),
  metadata: Type.Object({
    version: Type.String(),
    /** The event's own id at its source. */
    uid: Type.Optional(Type.String({ maxLength: 512 })),
    product: Type.Object({ name: Type.String(), vendor_name: Type.Optional(Type.String()) }),
    tenant_uid: Type.Optional(Type.String()),
  }),
  message: Type.Optional(Type.String()),
  unmapped: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
/** An OCSF event: the checked base members, and whatever else its class carries. */
export type OcsfEvent = Static<typeof OcsfEvent> & { readonly [member: string]: unknown };

/** OCSF Detection Finding (class 2004), as published on the findings topic. */
export const OcsfDetectionFinding = Type.Object({
  class_uid: Type.Literal(2004),
  category_uid: Type.Literal(2),
  /** 1 Create, 2 Update, 3 Close. */
  activity_id: Type.Integer({ minimum: 1, maximum: 3 }),
  type_uid: Type.Integer(),
  time: Type.Integer(),
  severity_id: Type.Integer({ minimum: 0, maximum: 6 }),
  confidence_score: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
  risk_score: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  metadata: Type.Object({
    version: Type.Literal(OCSF_VERSION),
    uid: Type.String(),
    product: Type.Object({ name: Type.String(), vendor_name: Type.String() }),
    tenant_uid: Type.String(),
  }),
  finding_info: Type.Object({
    uid: Type.String(),
    title: Type.String(),
    desc: Type.Optional(Type.String()),
    types: Type.Optional(Type.Array(Type.String())),
    first_seen_time: Type.Optional(Type.Integer()),
    last_seen_time: Type.Optional(Type.Integer()),
    analytic: Type.Object({ uid: Type.String(), name: Type.String(), type_id: Type.Integer() }),
    attacks: Type.Optional(Type.Array(Type.Object({ technique: Type.Object({ uid: Type.String() }) }))),
    related_events_count: Type.Optional(Type.Integer()),
  }),
  resources: Type.Optional(Type.Array(Type.Object({ uid: Type.String(), type: Type.String() }))),
  status: Type.Optional(Type.String()),
  unmapped: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type OcsfDetectionFinding = Static<typeof OcsfDetectionFinding>;
