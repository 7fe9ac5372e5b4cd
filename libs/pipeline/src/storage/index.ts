/** Events, findings, incidents and advice in the database, in the caller's transaction. */
import type { DataKeys, Sealer } from '@dmitry/storage';
import type { AdviceStore, EventStore, FindingStore, IncidentStore, ModeStore } from '../core/index.ts';
import { SealedValues } from './sealed.ts';
import { StoredAdvices } from './stored-advice.ts';
import { StoredEvents } from './stored-events.ts';
import { StoredFindings } from './stored-findings.ts';
import { StoredIncidents } from './stored-incidents.ts';
import { StoredModes } from './stored-modes.ts';

export { pipelineMigrations } from './migrations.ts';

export interface PipelineStores {
  readonly events: EventStore;
  readonly findings: FindingStore;
  readonly incidents: IncidentStore;
  readonly advices: AdviceStore;
  readonly modes: ModeStore;
}

export function createPipelineStores(options: {
  readonly dataKeys: DataKeys;
  readonly sealer: Sealer;
}): PipelineStores {
  const sealed = new SealedValues(options.dataKeys, options.sealer);
  return {
    events: new StoredEvents(sealed),
    findings: new StoredFindings(),
    incidents: new StoredIncidents(),
    advices: new StoredAdvices(sealed),
    modes: new StoredModes(),
  };
}
