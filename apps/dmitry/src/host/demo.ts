import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import type { Approval, Decision, Run, VerifyReport } from '@dmitry/contracts';
import { type Clock, DmitryError, isDmitryError } from '@dmitry/kit';
import { DeadLetters } from '@dmitry/messaging';
import { FORMATS } from '@dmitry/normalise';
import { ApproverKeys } from '@dmitry/safety-gate';
import { Ledger, parseCheckpoint, verifyBundle } from '@dmitry/trust-ledger';
import { JobJournal } from '@dmitry/workflow';
import { CallFault } from '../cli/faults.ts';
import { type DemoApprover, demoApprover } from './approver.ts';
import { countByVerdict, demoFaults, type DemoIncident, type DemoReport, runLine } from './demo-report.ts';
import type { Embedded } from './embedded.ts';
import { type FedRecord, feed } from './feed.ts';

export interface DemoOptions {
  readonly embedded: Embedded;
  readonly clock: Clock;
  /** Says how long it took, whatever the other one says of the time. */
  readonly wallClock: Clock;
  readonly tenant: string;
  readonly records: AsyncIterable<FedRecord>;
  /** What the input is called in complaints. */
  readonly input: string;
  readonly format: string;
  readonly approverSeed: string;
  /** Decides on what waits for a person. */
  readonly approve: (approval: Approval) => Promise<boolean | null>;
  /** Where the bundle goes; its trust file and checkpoint stand beside it. */
  readonly bundlePath: string;
  /** Where the recording goes, for `dmitry replay`. */
  readonly recordingPath: string;
  readonly narrate: (line: string) => void;
}

/** Rows read at the end. */
const LIMIT = 1_000;
/** No step takes longer than this without something being wrong. */
const STEP_LIMIT_MS = 300_000;

/** Events to proof, told step by step. */
export async function runDemo(
  options: DemoOptions,
): Promise<{ readonly report: DemoReport; readonly faults: readonly string[] }> {
  const { embedded, wallClock, tenant, narrate } = options;
  const startedMs = wallClock.monotonicMs();
  const approver = demoApprover(tenant, options.approverSeed);
  await registerKey(options, approver);
  narrate('1. Events arrive on the bus; each is accepted once, normalised to OCSF and folded into findings.');
  const events = await feed(options.records, options, (count) => narrate(`   ${count} events in`));
  await refuseUnreadable(options);
  narrate(
    '2. Findings are enriched by PDRI, scored and grouped; the analyst is asked; the gate judges what it proposes.',
  );
  await settled(options);
  narrate('3. What needs a person waits for one; each yes is signed over exactly one action.');
  await answerApprovals(options, approver);
  narrate('4. Allowed actions run: checked again, intent written, executed under a key, outcome written.');
  await settled(options);
  const { verify, checkpoint } = await writeProof(options);
  await writeRecording(options);
  const state = await stateOf(options);
  const effects = embedded.simulator?.effects(tenant) ?? null;
  const faults = demoFaults({ verify, ...state, effects });
  const { size, root } = parseCheckpoint(checkpoint);
  const report: DemoReport = {
    events,
    findings: state.findings,
    incidents: state.incidents,
    decisions: countByVerdict(state.decisions),
    runs: state.runs.map(runLine),
    effects: (effects ?? []).map(({ effect_key, action_type, status }) => ({
      effect_key,
      action: action_type,
      status,
    })),
    ledger: { size, root: Buffer.from(root).toString('hex') },
    bundle: {
      path: options.bundlePath,
      trust_path: `${options.bundlePath}.trust.json`,
      checkpoint_path: `${options.bundlePath}.checkpoint`,
      verified: verify.ok,
    },
    seconds: Math.round((wallClock.monotonicMs() - startedMs) / 10) / 100,
  };
  return { report, faults };
}

/** @throws CallFault when the input holds nothing that is an event: a demo of nothing shows nothing */
async function refuseUnreadable({ embedded, tenant, input, format }: DemoOptions): Promise<void> {
  if ((await embedded.pipeline.reads.events(tenant, { limit: 1 })).length > 0) return;
  const [letter] = await embedded.database.tenant(tenant, (tx) =>
    embedded.modules.get<DeadLetters>(DeadLetters).list(tx, { limit: 1 }),
  );
  const why = letter ? ` (${letter.code}: ${letter.detail})` : '';
  throw new CallFault(
    `${input}: holds no event that can be read as ${format}${why}; give records of one of the formats ${FORMATS.join(', ')}, and name it with --from where it does not show`,
  );
}

/** Waits until no job is open: everything that can happen without a person has happened. */
async function settled({ embedded, clock }: DemoOptions): Promise<void> {
  const journal = embedded.modules.get<JobJournal>(JobJournal);
  const startedMs = clock.monotonicMs();
  for (;;) {
    const { open } = await journal.waiting();
    if (open === 0) return;
    if (clock.monotonicMs() - startedMs > STEP_LIMIT_MS) {
      throw new DmitryError('host.demo_stuck', `${open} jobs did not end in time; the log says why.`);
    }
    await clock.sleep(50);
  }
}

async function answerApprovals(options: DemoOptions, approver: DemoApprover): Promise<void> {
  const { embedded, tenant, narrate } = options;
  const pending = await embedded.pipeline.reads.approvals(tenant, { status: 'pending' });
  if (pending.length === 0) return narrate('   nothing waits');
  for (const approval of pending) {
    const { action_type, target } = approval.action;
    const approved = await options.approve(approval);
    if (approved === null) continue;
    const vote = {
      approvalId: approval.id,
      approved,
      nonce: approval.nonce,
      assurance: 'signed',
      signature: approver.sign(approval),
      via: 'api',
    } as const;
    const outcome = await embedded.pipeline.approvals.vote(approver.principal, vote);
    narrate(`   ${action_type} on ${target.type} ${target.id}: ${outcome.status}`);
    if (outcome.status === 'refused') throw new DmitryError(outcome.code, outcome.message);
  }
}

async function registerKey({ embedded, tenant }: DemoOptions, { principal, publicKey }: DemoApprover): Promise<void> {
  const session = await embedded.modules.get<Ledger>(Ledger).openSession(tenant, { kind: 'operator', name: 'demo' });
  const keys = embedded.modules.get<ApproverKeys>(ApproverKeys);
  await embedded.database.tenant(tenant, (tx) => keys.register(tx, session, principal.subject, publicKey));
  await session.seal();
}

interface Proof {
  readonly verify: VerifyReport;
  readonly checkpoint: string;
}

/** Exports everything, writes it down, and verifies what was written with nothing but the trust file. */
async function writeProof(options: DemoOptions): Promise<Proof> {
  const { embedded, tenant, bundlePath, narrate } = options;
  narrate('5. The proof: a bundle of the whole log, its trust file and its last checkpoint.');
  await sequenced(options);
  const checkpoint = (await embedded.pipeline.proofs.checkpoint(tenant)).note;
  writeFileSync(bundlePath, await embedded.pipeline.proofs.bundle(tenant, { kind: 'all' }));
  writeFileSync(`${bundlePath}.trust.json`, JSON.stringify(embedded.pipeline.proofs.trust(tenant), null, 2));
  writeFileSync(`${bundlePath}.checkpoint`, checkpoint);
  const trust: unknown = JSON.parse(readFileSync(`${bundlePath}.trust.json`, 'utf8'));
  const verify = verifyBundle(readFileSync(bundlePath), { trust, complete: true });
  narrate(`   verified offline: ${verify.ok ? 'yes' : 'NO'}`);
  return { verify, checkpoint };
}

/** It holds what the run saw and was told: readable by its owner alone. */
async function writeRecording({ embedded, tenant, recordingPath }: DemoOptions): Promise<void> {
  const file = openSync(recordingPath, 'w', 0o600);
  try {
    await embedded.pipeline.record(tenant, (line) => void writeSync(file, `${line}\n`));
  } finally {
    closeSync(file);
  }
}

/** Waits until the newest entry stands under a signed checkpoint: a proof needs no less. */
async function sequenced({ embedded, clock, tenant }: DemoOptions): Promise<void> {
  const { proofs } = embedded.pipeline;
  const [newest] = await proofs.newest(tenant, 1);
  const startedMs = clock.monotonicMs();
  if (!newest) return;
  for (;;) {
    try {
      return void (await proofs.inclusion(tenant, newest.entry.id));
    } catch (error) {
      const waited = clock.monotonicMs() - startedMs;
      if (!isDmitryError(error, 'ledger.proof_pending') || waited > STEP_LIMIT_MS) throw error;
      await clock.sleep(50);
    }
  }
}

interface EndState {
  readonly findings: number;
  readonly incidents: readonly DemoIncident[];
  readonly decisions: readonly Decision[];
  readonly runs: readonly Run[];
}

async function stateOf({ embedded, tenant }: DemoOptions): Promise<EndState> {
  const { reads } = embedded.pipeline;
  const findings = await reads.findings(tenant, { limit: LIMIT });
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const incidents: DemoIncident[] = [];
  for (const incident of await reads.incidents(tenant, { limit: LIMIT })) {
    if (incident.status === 'resolved') continue;
    const members: DemoIncident['findings'][number][] = [];
    for (const id of incident.findings) {
      const { title = '', severity = '' } = byId.get(id) ?? {};
      const records = (await reads.findingEvents(tenant, id)).flatMap(({ index }) => index ?? []);
      members.push({ id, title, severity, records });
    }
    const { id, title, score, band, techniques, entities } = incident;
    incidents.push({ id, title, score, band, techniques, entities, findings: members });
  }
  return {
    findings: findings.filter(({ status }) => status !== 'resolved').length,
    incidents,
    decisions: await reads.decisions(tenant, { limit: LIMIT }),
    runs: await reads.runs(tenant, { limit: LIMIT }),
  };
}
