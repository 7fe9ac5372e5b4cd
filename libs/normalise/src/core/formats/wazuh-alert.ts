import { present, presentOrNone } from '../event-parts.ts';
import { lookup } from '../lookup.ts';
import type { TrackedRecord } from '../tracked-record.ts';
import { attacksOf } from './finding-parts.ts';

/** What every alert has: the rule that fired, and the log line that it fired on. */
export function detectionOf(source: TrackedRecord, id: string) {
  const title = source.text('rule', 'description') ?? 'Wazuh alert';
  return {
    status_id: 1,
    message: title,
    raw_data: source.text('full_log'),
    finding_info: present({
      uid: id,
      title,
      types: source.texts('rule', 'groups'),
      analytic: present({ uid: source.text('rule', 'id'), name: title, type_id: 1 }),
      attacks: attacksOf(
        source.texts('rule', 'mitre', 'id'),
        source.texts('rule', 'mitre', 'technique'),
        source.texts('rule', 'mitre', 'tactic')?.map((name) => ({ name })),
      ),
    }),
    evidences: evidenceOf(source),
  };
}

function evidenceOf(source: TrackedRecord) {
  const actor = source.text('data', 'srcuser');
  const user = source.text('data', 'dstuser');
  const one = presentOrNone({
    src_endpoint: presentOrNone({ ip: source.ip('data', 'srcip'), port: portAt(source, 'srcport') }),
    dst_endpoint: presentOrNone({ ip: source.ip('data', 'dstip'), port: portAt(source, 'dstport') }),
    actor: actor ? { user: { name: actor } } : undefined,
    user: user ? { name: user } : undefined,
  });
  return one ? [one] : undefined;
}

/** Decoders write numbers as texts. */
function portAt(source: TrackedRecord, member: string): number | undefined {
  const value = source.peek('data', member);
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535) return undefined;
  source.take('data', member);
  return port;
}

/** OCSF compliance status_id: 1 Pass, 3 Fail. */
const RESULTS: Readonly<Record<string, number>> = { passed: 1, failed: 3 };

/** A check of the security configuration assessment: Compliance Finding (2003). */
export function assessmentOf(source: TrackedRecord) {
  const at = (...path: string[]) => ['data', 'sca', ...path];
  if (!source.object(...at('check'))) return undefined;
  const policy = source.text(...at('policy'));
  const status = source.text(...at('check', 'result'));
  return {
    classUid: 2003,
    compliance: present({
      standards: policy ? [policy] : [],
      control: source.text(...at('check', 'title')),
      status,
      status_id: lookup(RESULTS, status) ?? 0,
    }),
    remediation: remedyOf(source.text(...at('check', 'remediation'))),
  };
}

const remedyOf = (desc: string | undefined) => (desc ? { desc } : undefined);
