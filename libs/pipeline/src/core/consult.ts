import type { Advice } from '@dmitry/analyst';
import type { AdviseRequest, ChatRequest, Decision, Principal } from '@dmitry/contracts';
import type { CallContext } from '@dmitry/outbound';
import type { Tx } from '@dmitry/storage';
import { handEvidence, type ResolvedReferences } from './hand-evidence.ts';
import { linkedNames } from './linked-names.ts';
import { type Citation, patienceOf, type PipelineOptions } from './pipeline-options.ts';

/** Advice with what the gate would say of each of its proposals, in their order. Nothing of it can run. */
export interface Consulted {
  readonly advice: Advice;
  readonly decisions: readonly Decision[];
  /** The advice's citations as the ledger has them, by entry id. */
  readonly citations: ReadonlyMap<string, Citation>;
  readonly requestId: string;
}

/** What is asked, and about what. */
interface Question {
  readonly references: readonly string[];
  readonly finding: string | null;
  readonly ask: Ask;
}

type Ask = (input: ResolvedReferences, context: CallContext) => Promise<Advice>;

/** Advice for people: judged and shown, never executed (DESIGN.md 5). */
export class Consultation {
  constructor(
    private readonly options: Pick<
      PipelineOptions,
      'database' | 'ledger' | 'recorder' | 'clock' | 'analyst' | 'gate' | 'findings' | 'citationsOf' | 'patience'
    >,
  ) {}

  advise(principal: Principal, request: AdviseRequest): Promise<Consulted> {
    const ask: Ask = (input, context) => this.options.analyst.advise({ request, ...input }, context);
    return this.#consult(principal, { references: request.evidence_refs, finding: request.finding_id, ask });
  }

  chat(principal: Principal, request: ChatRequest): Promise<Consulted> {
    const ask: Ask = (input, context) => this.options.analyst.chat({ request, ...input }, context);
    const finding = request.context?.['finding_id'];
    return this.#consult(principal, {
      references: referencesOf(request.context),
      finding: typeof finding === 'string' ? finding : null,
      ask,
    });
  }

  async #consult(principal: Principal, question: Question): Promise<Consulted> {
    const { database, ledger, recorder, clock } = this.options;
    const { tenant, subject } = principal;
    const handed = await database.tenant(tenant, (tx) => handEvidence(ledger, tx, question.references));
    const session = await ledger.openSession(tenant, { kind: 'person', name: subject });
    try {
      const deadlineMs = clock.now() + patienceOf(this.options).deadlineMs;
      const advice = await question.ask(handed, { tenant, recorder: recorder(session), deadlineMs });
      const judged = await database.tenant(tenant, async (tx) => ({
        decisions: await this.#judge(tx, subject, { ...advice, finding: question.finding }),
        citations: await this.options.citationsOf(tx, advice.citations),
      }));
      return { advice, ...judged, requestId: session.id };
    } finally {
      await session.seal();
    }
  }

  /** What the gate would say; nothing is written. */
  async #judge(
    tx: Tx,
    requestedBy: string,
    { proposals, unavailable, finding }: Pick<Advice, 'proposals' | 'unavailable'> & Pick<Question, 'finding'>,
  ): Promise<readonly Decision[]> {
    const decisions: Decision[] = [];
    for (const { action, confidence, evidence } of proposals) {
      const request = {
        tenant: tx.tenant ?? '',
        action,
        findingId: null,
        confidence,
        evidence,
        requestedBy,
        unavailable,
        linked: await linkedNames(this.options.findings, tx, finding, action.target),
      };
      decisions.push(await this.options.gate.preview(tx, request));
    }
    return decisions;
  }
}

/** A chat's context may name ledger entries as evidence. */
function referencesOf(context: ChatRequest['context']): readonly string[] {
  const named = context?.['evidence_refs'];
  return Array.isArray(named) ? named.filter((one) => typeof one === 'string').slice(0, 256) : [];
}
