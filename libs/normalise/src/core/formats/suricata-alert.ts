import { present } from '../event-parts.ts';
import { lookup } from '../lookup.ts';
import type { Json } from '../plain-json.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { attacksOf } from './finding-parts.ts';
import { connectionOf, endpointOf, queryOf, urlOf } from './suricata-parts.ts';

/** OCSF action_id and disposition_id: 1 Allowed; 2 Denied and Blocked. */
const ACTIONS: Readonly<Record<string, number>> = { allowed: 1, blocked: 2 };

/** What a Detection Finding has beyond the base event; the packet is its evidence. */
export function alertOf(source: TrackedRecord, id: string) {
  const at = (member: string) => ['alert', member] as const;
  const category = source.text(...at('category'));
  const title = source.text(...at('signature')) ?? 'Suricata alert';
  const action = lookup(ACTIONS, source.peekText(...at('action')));
  if (action) source.take(...at('action'));
  return {
    severity_id: severityIdOf(source.peek(...at('severity'))),
    status_id: 1,
    message: title,
    action_id: action,
    disposition_id: action,
    finding_info: present({
      uid: id,
      title,
      types: category ? [category] : undefined,
      analytic: present({
        uid: source.text(...at('signature_id')),
        name: title,
        version: source.text(...at('rev')),
        type_id: 1,
      }),
      attacks: attacksOf(
        source.texts('alert', 'metadata', 'mitre_technique_id'),
        source.texts('alert', 'metadata', 'mitre_technique_name'),
        source.texts('alert', 'metadata', 'mitre_tactic_id')?.map((uid) => ({ uid })),
      ),
    }),
    evidences: [
      present({
        src_endpoint: endpointOf(source, 'src'),
        dst_endpoint: endpointOf(source, 'dest'),
        connection_info: connectionOf(source),
        url: urlOf(source),
        query: queryOf(source),
      }),
    ],
  };
}

/** A rule's priority, 1 the most severe: 1 high, 2 medium, 3 low, beyond it informational (as Suricata's own classification has it). */
const severityIdOf = (priority: Json | undefined): number =>
  typeof priority !== 'number' || priority < 1 ? 0 : Math.max(1, 5 - Math.trunc(priority));
