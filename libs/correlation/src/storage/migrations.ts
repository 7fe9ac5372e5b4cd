import type { Migration } from '@dmitry/storage';

/** Cells of the fold, one row each, so that a batch locks only what its events touch. */
export const correlationMigrations: readonly Migration[] = [
  {
    id: 'correlation/0001-cells',
    sql: `
      create table correlation_cells (
        tenant text not null,
        kind text not null check (kind in ('cell', 'risk')),
        key text not null,
        cell jsonb,
        last_ms bigint not null default 0,
        primary key (tenant, kind, key)
      );
      create index correlation_cells_age on correlation_cells (tenant, kind, last_ms);
      create table correlation_watermarks (
        tenant text primary key,
        watermark_ms bigint not null,
        arrived_ms bigint not null
      );`,
    tenantTables: ['correlation_cells', 'correlation_watermarks'],
  },
  {
    id: 'correlation/0002-touched',
    sql: 'alter table correlation_cells add column touched_ms bigint not null default 0',
  },
];
