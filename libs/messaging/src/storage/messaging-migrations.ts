import type { Migration } from '@dmitry/storage';

/** Tables of inbox, outbox, offsets and dead letters. */
export const messagingMigrations: readonly Migration[] = [
  {
    id: 'messaging/0001-inbox',
    sql: `
CREATE TABLE inbox (
  tenant text NOT NULL,
  source text NOT NULL,
  id text NOT NULL,
  digest text NOT NULL,
  accepted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, source, id)
);
CREATE TABLE inbox_conflict (
  tenant text NOT NULL,
  source text NOT NULL,
  id text NOT NULL,
  digest text NOT NULL,
  other_digest text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, source, id, other_digest)
);
CREATE INDEX inbox_conflict_by_time ON inbox_conflict (tenant, seen_at);`,
    tenantTables: ['inbox', 'inbox_conflict'],
  },
  {
    id: 'messaging/0002-outbox',
    sql: `
CREATE TABLE outbox (
  tenant text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  topic text NOT NULL,
  key text NOT NULL,
  value bytea NOT NULL,
  headers jsonb NOT NULL,
  enqueued_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);`,
    tenantTables: ['outbox'],
  },
  {
    id: 'messaging/0003-offsets',
    sql: `
CREATE TABLE consumer_offset (
  tenant text NOT NULL,
  consumer_group text NOT NULL,
  topic text NOT NULL,
  partition int NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (consumer_group, topic, partition, tenant)
);`,
    tenantTables: ['consumer_offset'],
    workerTables: ['consumer_offset'],
  },
  {
    id: 'messaging/0004-dead-letters',
    sql: `
CREATE TABLE dead_letter (
  tenant text NOT NULL,
  id text NOT NULL,
  place bigint GENERATED ALWAYS AS IDENTITY, -- newest last
  topic text NOT NULL,
  partition int NOT NULL,
  record_offset bigint NOT NULL,
  key text,
  headers jsonb NOT NULL,
  key_id text NOT NULL,
  sealed bytea NOT NULL,
  code text NOT NULL,
  detail text NOT NULL,
  refused_at timestamptz NOT NULL DEFAULT now(),
  replayed_at timestamptz,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX dead_letter_by_place ON dead_letter (tenant, place);`,
    tenantTables: ['dead_letter'],
  },
];
