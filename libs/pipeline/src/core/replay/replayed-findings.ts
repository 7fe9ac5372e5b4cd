import type { FindingScore, RecordedFinding, RecordedIncident } from '@dmitry/contracts';
import { type FindingDraft, type GroupableFinding, groupIncidents } from '@dmitry/correlation';
import { incidentOf, scoreOf } from '../enrich-findings.ts';
import { differences, type Divergence } from './divergence.ts';

const CLOSED: readonly RecordedFinding['status'][] = ['resolved', 'false_positive'];

/** Findings, scores and incidents out of what the events came to and the recorded facts. */
export class ReplayedFindings {
  readonly #divergences: Divergence[] = [];
  readonly #recorded = new Set<string>();
  readonly #groupable: GroupableFinding[] = [];
  readonly #incidents = new Map<string, RecordedIncident['incident']>();
  readonly #scores: { readonly id: string; readonly score: FindingScore }[] = [];
  readonly #standing: ReadonlyMap<string, FindingDraft>;

  constructor(
    standing: ReadonlyMap<string, FindingDraft>,
    private readonly tenant: string,
  ) {
    this.#standing = standing;
  }

  finding(recorded: RecordedFinding): void {
    this.#recorded.add(recorded.id);
    const at = `findings/${recorded.id}`;
    const draft = this.#standing.get(recorded.id);
    if (!draft) {
      if (recorded.stands === true) this.#tell({ at, expected: recorded.digest, got: null });
      return;
    }
    if (recorded.stands === false) this.#tell({ at, expected: null, got: draft.digest });
    this.#compare(`${at}/digest`, recorded.digest, draft.digest);
    const score = this.#score(recorded, draft);
    if (!CLOSED.includes(recorded.status)) this.#groupable.push(groupableOf(draft, score));
  }

  incident({ incident }: RecordedIncident): void {
    this.#incidents.set(incident.id, incident);
  }

  /** What the whole comes to, and every difference in the order of the recording. */
  end() {
    for (const [id, { digest }] of this.#standing) {
      if (!this.#recorded.has(id)) this.#tell({ at: `findings/${id}`, expected: null, got: digest });
    }
    const incidents = groupIncidents(this.#groupable, { tenant: this.tenant }).map(incidentOf);
    const formed = new Map(incidents.map((incident) => [incident.id, incident]));
    for (const id of new Set([...this.#incidents.keys(), ...formed.keys()]))
      this.#compare(`incidents/${id}`, this.#incidents.get(id), formed.get(id));
    const findings = [...this.#standing.values()].map(({ id, digest }) => ({ id, digest })).sort(byId);
    return { findings, scores: this.#scores.sort(byId), incidents, divergences: this.#divergences };
  }

  #score({ id, status, score: expected, evidence, facts }: RecordedFinding, draft: FindingDraft): FindingScore | null {
    if (expected === null && status === 'resolved') return null; // closed before it was scored
    const score = scoreOf({ ...draft, evidence: { entry_id: evidence } }, facts);
    this.#compare(`findings/${id}/score`, expected, score);
    this.#scores.push({ id, score });
    return score;
  }

  #compare(at: string, expected: unknown, got: unknown): void {
    this.#tell(...differences(at, expected, got));
  }

  #tell(...found: readonly Divergence[]): void {
    this.#divergences.push(...found);
  }
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

const groupableOf = (draft: FindingDraft, score: FindingScore | null): GroupableFinding => {
  const { id, rule, title, level, techniques, tactics, entities, firstMs, lastMs } = draft;
  const finding = { id, rule, title, level, techniques, tactics, entities, firstMs, lastMs };
  return score ? { ...finding, score: score.score } : finding;
};
