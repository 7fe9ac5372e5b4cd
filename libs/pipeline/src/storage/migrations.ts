import type { Migration } from '@dmitry/storage';

/** Events, findings, incidents and advice. Texts of events and advice are sealed: erasing a key erases them here too. */
export const pipelineMigrations: readonly Migration[] = [
  {
    id: 'pipeline/0001-events-and-findings',
    sql: `
      create table events (
        serial bigint generated always as identity,
        tenant text not null,
        source text not null,
        id text not null,
        time_ms bigint not null,
        received_ms bigint not null,
        digest text not null,
        format text not null,
        class_uid integer not null,
        key_id text not null,
        body bytea not null,
        primary key (tenant, source, id)
      );
      create index events_serial on events (tenant, serial);
      create table findings (
        tenant text not null,
        id text not null,
        revision integer not null,
        digest text not null,
        rule_id text not null,
        rule_title text not null,
        title text not null,
        description text not null,
        level text not null,
        severity text not null,
        status text not null,
        techniques jsonb not null,
        tactics jsonb not null,
        entities jsonb not null,
        primary_entity jsonb,
        count integer not null,
        evidence jsonb not null,
        score jsonb,
        scored_revision integer not null default 0,
        incident_id text,
        first_ms bigint not null,
        last_ms bigint not null,
        primary key (tenant, id)
      );
      create index findings_unscored on findings (tenant, first_ms) where scored_revision < revision and status <> 'resolved';
      create table finding_events (
        tenant text not null,
        finding text not null,
        source text not null,
        id text not null,
        time_ms bigint not null,
        digest text not null,
        index integer,
        primary key (tenant, finding, source, id)
      );
      create table incidents (
        tenant text not null,
        id text not null,
        revision integer not null,
        digest text not null,
        title text not null,
        score double precision not null,
        band text not null,
        status text not null,
        entities jsonb not null,
        techniques jsonb not null,
        findings jsonb not null,
        reason jsonb not null,
        first_ms bigint not null,
        last_ms bigint not null,
        advised_revision integer not null default 0,
        primary key (tenant, id)
      );
      create table advices (
        tenant text not null,
        incident text not null,
        revision integer not null,
        finding text not null,
        decisions jsonb not null,
        at_ms bigint not null,
        key_id text not null,
        body bytea not null,
        primary key (tenant, incident, revision)
      );
      create table advised_actions (
        tenant text not null,
        finding text not null,
        action_digest text not null,
        primary key (tenant, finding, action_digest)
      );
      create table modes (
        tenant text primary key,
        mode text not null
      );`,
    tenantTables: ['events', 'findings', 'finding_events', 'incidents', 'advices', 'advised_actions', 'modes'],
  },
  {
    id: 'pipeline/0002-facts-of-scores',
    sql: 'alter table findings add column facts jsonb;',
    tenantTables: [],
  },
];
