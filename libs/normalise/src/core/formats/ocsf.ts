import { OcsfEvent, parseWith } from '@dmitry/contracts';
import { contentId, EntityList, MAX_TIME_MS } from '../event-parts.ts';
import type { FormatAdapter, MappedEvent, NormaliseContext } from '../format.port.ts';
import { fault, type NormaliseFault } from '../normalise.errors.ts';
import { isObject, type Json } from '../plain-json.ts';
import { invalid } from '../record-checks.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { resourceType } from './resource-type.ts';

/** An OCSF event as it is: checked, its tenant set, nothing else touched. Any 1.x release passes; `metadata.version` says which. */
export const ocsfFormat: FormatAdapter = {
  name: 'ocsf',
  recognises: (source) => typeof source.peek('class_uid') === 'number' && isObject(source.peek('metadata')),
  map(source, context) {
    const faults = [...schemaFaults(source.root), ...ruleFaults(source, context)];
    return faults.length > 0 ? { faults } : passed(source, context);
  },
};

function schemaFaults(root: Json): NormaliseFault[] {
  const parsed = parseWith(OcsfEvent, root);
  return parsed.ok ? [] : parsed.faults.map((one) => fault('normalise.invalid_record', one.pointer, one.message));
}

/** integer_t is of 32 bits in OCSF. */
const MAX_CLASS_UID = 2_147_483_647;

/** The rules of OCSF that a JSON Schema of the base event cannot say. */
function ruleFaults(source: TrackedRecord, context: NormaliseContext): NormaliseFault[] {
  const faults: NormaliseFault[] = [];
  const [classUid, categoryUid, activityId, typeUid] = ['class_uid', 'category_uid', 'activity_id', 'type_uid'].map(
    (m) => source.peek(m),
  );
  if (typeof classUid !== 'number' || typeof activityId !== 'number') return faults;
  if (typeUid !== classUid * 100 + activityId) {
    faults.push(
      fault(
        'normalise.invalid_record',
        '/type_uid',
        `must be class_uid * 100 + activity_id = ${classUid * 100 + activityId}`,
      ),
    );
  }
  if (classUid > 0 && categoryUid !== Math.floor(classUid / 1000) % 100) {
    faults.push(
      fault(
        'normalise.invalid_record',
        '/category_uid',
        `must be ${Math.floor(classUid / 1000) % 100} for class ${classUid}`,
      ),
    );
  }
  const tenant = source.peek('metadata', 'tenant_uid');
  if (typeof tenant === 'string' && tenant !== context.tenant) {
    faults.push(
      fault('normalise.tenant_mismatch', '/metadata/tenant_uid', 'names another tenant than the one it came in for'),
    );
  }
  return [
    ...faults,
    ...invalid(classUid <= MAX_CLASS_UID, '/class_uid', `must be at most ${MAX_CLASS_UID}`),
    ...invalid(
      !(Math.abs(Number(source.peek('time'))) > MAX_TIME_MS),
      '/time',
      'is later than any time that can be written out',
    ),
  ];
}

function passed(source: TrackedRecord, context: NormaliseContext): MappedEvent {
  const event = source.take() as unknown as OcsfEvent;
  const uid = event.metadata.uid || contentId(source.root);
  const { vendor_name: vendor, name } = event.metadata.product;
  return {
    event: { ...event, metadata: { ...event.metadata, uid, tenant_uid: context.tenant } },
    identity: {
      source: context.source ?? ((vendor ? `${vendor}/${name}` : name) || 'ocsf'),
      id: uid,
      timeMs: event.time,
    },
    entities: entitiesOf(source),
  };
}

const idOf = (value: Json | undefined, ...members: readonly string[]): string | undefined => {
  if (!isObject(value)) return undefined;
  for (const member of members) {
    const id = value[member];
    if (typeof id === 'string' && id !== '') return id;
  }
  return undefined;
};

function entitiesOf(source: TrackedRecord) {
  const list = new EntityList();
  list.add('identity', idOf(source.peek('actor', 'user'), 'uid', 'email_addr', 'name'), 'actor');
  list.add(
    'identity',
    idOf(source.peek('user'), 'uid', 'email_addr', 'name'),
    source.peek('actor', 'user') ? 'target' : 'actor',
  );
  list.add('external', idOf(source.peek('src_endpoint'), 'ip'), 'origin');
  list.add('service', idOf(source.peek('dst_endpoint'), 'hostname', 'ip'), 'target');
  list.add('service', idOf(source.peek('device'), 'uid', 'hostname', 'ip'), 'reporter');
  for (const member of ['database', 'databucket', 'table'])
    list.add('data_store', idOf(source.peek(member), 'uid', 'name'), 'target');
  const resources = source.peek('resources');
  const many: readonly Json[] = Array.isArray(resources) ? (resources as readonly Json[]) : [];
  for (const resource of [...many, source.peek('resource') ?? null]) {
    list.add(resourceType(idOf(resource, 'type') ?? ''), idOf(resource, 'uid', 'name'), 'target');
  }
  return list.list;
}
