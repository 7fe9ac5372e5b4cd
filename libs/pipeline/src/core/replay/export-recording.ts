import { type Advice, adviceResultOf } from '@dmitry/analyst';
import { canonicalJson, type PolicyRef, type RecordingLine } from '@dmitry/contracts';
import { FORMULA } from '@dmitry/risk';
import type { JudgedRecord } from '@dmitry/safety-gate';
import type { Tx } from '@dmitry/storage';
import type { StoredEntry } from '@dmitry/trust-ledger';
import type { StoredAdvice } from '../advice-store.port.ts';
import type { StoredFinding } from '../finding-store.port.ts';
import { patienceOf, type PipelineOptions } from '../pipeline-options.ts';
import { wireIncident } from '../read-model.ts';
import { recordingErased, recordingUnsettled } from './recording.errors.ts';

type Parts = Pick<
  PipelineOptions,
  'database' | 'ledger' | 'correlator' | 'events' | 'findings' | 'incidents' | 'advices' | 'answersOf' | 'patience'
>;

/** Takes one line without its newline; the next is given when it resolves. */
export type LineWriter = (line: string) => void | Promise<void>;

const PAGE = 200;
const MAX_INCIDENTS = 100_000;

/**
 * Writes the recording of a tenant: everything that its findings, scores and decisions depend on, out of one snapshot of the database and
 * the ledger. It holds what the tenant's keys protect: handle it as the data itself.
 * @throws DmitryError `pipeline.recording_unsettled`, `pipeline.recording_erased`
 */
export function exportRecording(parts: Parts, tenant: string, write: LineWriter): Promise<void> {
  const snapshot = { isolation: 'repeatable read', readOnly: true } as const;
  return parts.database.tenant(tenant, (tx) => new Export(parts, tx, write).run(tenant), snapshot);
}

interface Decided {
  readonly id: string;
  readonly policy: PolicyRef;
}

class Export {
  #lines = 0;

  constructor(
    private readonly parts: Parts,
    private readonly tx: Tx,
    private readonly write: LineWriter,
  ) {}

  async run(tenant: string): Promise<void> {
    const decided = await this.#decided();
    await this.#put({
      kind: 'header',
      v: 1,
      tenant,
      rules_version: this.parts.correlator.rulesVersion,
      lateness_ms: patienceOf(this.parts).latenessMs,
      formula: FORMULA,
      policy: decided.at(-1)?.policy ?? null,
    });
    await this.#policies(decided);
    await this.#events();
    await this.#findings();
    await this.#incidents();
    await this.#advice();
    for (const { id } of decided) await this.#decision(id);
    await this.#put({ kind: 'end', lines: this.#lines });
  }

  async #put(line: RecordingLine): Promise<void> {
    this.#lines += 1;
    await this.write(canonicalJson(line));
  }

  /** The gate's decisions in the order in which they were taken; refusals of advice are entries of the same type. */
  async #decided(): Promise<readonly Decided[]> {
    const decided: Decided[] = [];
    for (let after: string | undefined; ;) {
      const page: readonly StoredEntry[] = await this.parts.ledger.list(this.tx, {
        type: 'decision',
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      for (const { entry } of page) {
        const { policy_version: version, policy_digest: digest } = entry.facts;
        if (typeof version === 'string' && typeof digest === 'string')
          decided.push({ id: entry.id, policy: { version, digest } });
      }
      after = page.at(-1)?.entry.id;
      if (page.length < PAGE) return decided;
    }
  }

  async #judged(id: string): Promise<JudgedRecord> {
    const revealed = await this.parts.ledger.reveal(this.tx, id);
    if (!revealed) throw recordingErased(`decision ${id}`);
    return revealed.committed['judged']?.value as JudgedRecord;
  }

  async #policies(decided: readonly Decided[]): Promise<void> {
    const first = new Map([...decided].reverse().map(({ id, policy }) => [policy.digest, id]));
    for (const [digest, id] of [...first].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const { policy } = await this.#judged(id);
      if (policy !== null && policy !== 'invalid') await this.#put({ kind: 'policy', digest, policy });
    }
  }

  async #events(): Promise<void> {
    let number = 0;
    for (let after = 0; ;) {
      const page = await this.parts.events.inOrder(this.tx, { after, limit: PAGE });
      for (const { event } of page) {
        if (!event) throw recordingErased('an event');
        const { source, id, format, receivedMs, digest, record } = event;
        const kept = { number, source, id, format, received_ms: receivedMs, digest, record };
        await this.#put({ kind: 'event', ...kept });
        number += 1;
      }
      after = page.at(-1)?.serial ?? after;
      if (page.length < PAGE) return;
    }
  }

  async #findings(): Promise<void> {
    for (let after: string | undefined; ;) {
      const query = { limit: PAGE, ...(after === undefined ? {} : { after }) };
      const page: readonly StoredFinding[] = await this.parts.findings.list(this.tx, query);
      for (const finding of page) await this.#finding(finding);
      after = page.at(-1)?.id;
      if (page.length < PAGE) return;
    }
  }

  async #finding(finding: StoredFinding): Promise<void> {
    const { id, revision, digest, status, score } = finding;
    if (status !== 'resolved' && finding.scoredRevision < revision) throw recordingUnsettled();
    const facts = finding.facts.map((one) => ({ ...one, evidence: [...one.evidence] }));
    const scored = { evidence: finding.evidence.entry_id, facts, score };
    await this.#put({ kind: 'finding', id, revision, digest, status, stands: stands(finding), ...scored });
  }

  async #incidents(): Promise<void> {
    for (const stored of await this.parts.incidents.list(this.tx, { limit: MAX_INCIDENTS })) {
      const { revision: _revision, status, ...incident } = wireIncident(stored);
      if (status !== 'resolved') await this.#put({ kind: 'incident', incident });
    }
  }

  async #advice(): Promise<void> {
    for (const stored of await this.parts.advices.all(this.tx)) {
      const answers = stored && (await this.parts.answersOf(this.tx, stored.advice as Advice));
      if (!answers) throw recordingErased('an advice');
      await this.#put(adviceLine(stored, answers));
    }
  }

  async #decision(id: string): Promise<void> {
    const { decision, request, inputs, policy } = await this.#judged(id);
    const under = policy === null || policy === 'invalid' ? policy : decision.policy.digest;
    await this.#put({ kind: 'decision', decision: { ...decision, id }, request, inputs, policy: under });
  }
}

/** What no longer stands is closed as a revision of its own, which has no score; what a person closed keeps its revision. */
function stands({ status, score, revision, scoredRevision }: StoredFinding): boolean | null {
  if (status !== 'resolved') return true;
  return score === null ? null : scoredRevision === revision;
}

function adviceLine(
  { incident, revision, finding, atMs, question, advice, decisions }: StoredAdvice,
  { answers, readings }: NonNullable<Awaited<ReturnType<PipelineOptions['answersOf']>>>,
): RecordingLine {
  return {
    kind: 'advice',
    incident,
    revision,
    finding,
    at_ms: atMs,
    request: question.request,
    evidence: question.evidence.map((each) => ({ ...each })),
    unresolved: [...question.unresolved],
    answers: [...answers],
    readings: [...readings],
    advice: adviceResultOf(advice as Advice),
    decisions: [...decisions],
  };
}
