import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Decision, type Finding, type Incident, parseRecordingLine } from '@dmitry/contracts';
import { runProgram, type TenantView } from '@dmitry/harness';

/**
 * What a deployment made of its input, without what differs from run to run: entry ids, times of decision, and what was taken back again
 * (which depends on when it was seen; what stands does not). Each list is sorted text, so that a difference shows which one it is.
 */
export interface Conclusions {
  readonly findings: readonly string[];
  readonly incidents: readonly string[];
  readonly decisions: readonly string[];
}

type Conclusion = Pick<Finding, 'id' | 'score' | 'status'>;
type Decided = Pick<Decision, 'action' | 'action_digest' | 'verdict' | 'reasons' | 'blast_radius'>;

const concluded = (
  findings: readonly Conclusion[],
  incidents: readonly Omit<Incident, 'revision' | 'status'>[],
  decisions: readonly Decided[],
): Conclusions => ({
  findings: lines(findings.filter(({ status }) => status !== 'resolved').map(findingLine)),
  incidents: lines(
    incidents.map(({ id, score, band, findings: members, entities, techniques }) => [
      id,
      score,
      band,
      [...members].sort(),
      entities.map((each) => `${each.type}:${each.id}`).sort(),
      [...techniques].sort(),
    ]),
  ),
  decisions: lines(
    decisions.map(({ action, action_digest: digest, verdict, reasons, blast_radius: radius }) => [
      verdict,
      digest,
      action.action_type,
      action.target,
      reasonsOf(reasons),
      radius,
    ]),
  ),
});

const findingLine = ({ id, score }: Conclusion): unknown => [
  id,
  score?.score,
  score?.band,
  score?.formula,
  score?.terms.map(({ name, value, points }) => [name, value, points]),
];

/** How often a source was read depends on how many findings were scored at once: what of it counted is in the verdict. */
const reasonsOf = (reasons: Decision['reasons']): readonly string[] =>
  reasons.map(({ code }) => code).filter((code) => code !== 'gate.evidence_same_source');

const lines = (values: readonly unknown[]): readonly string[] => values.map((value) => JSON.stringify(value)).sort();

/** Of a tenant, as the gateway tells it. */
export async function conclusionsOf(view: TenantView): Promise<Conclusions> {
  const incidents = (await view.incidents()).filter(({ status }) => status !== 'resolved');
  return concluded(await view.findings(), incidents, await view.decisions());
}

/** Of the same input given to the command line: both apps in one process, no server. The tenant is `demo`; nobody approves anything. */
export async function embeddedConclusions(input: string): Promise<Conclusions> {
  const home = mkdtempSync(join(tmpdir(), 'dmitry-embedded-'));
  try {
    const demo = await runProgram(['demo', '--quiet', '--home', home, '--input', input, '--approve', 'deny']);
    if (demo.code !== 0) throw new Error(`demo ended with ${demo.code}: ${demo.stderr}`);
    return recordedConclusions(join(home, 'demo-1', 'recording.ndjson'));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function recordedConclusions(file: string): Conclusions {
  const findings: Conclusion[] = [];
  const incidents: Omit<Incident, 'revision' | 'status'>[] = [];
  const decisions: Decided[] = [];
  for (const text of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const parsed = parseRecordingLine(JSON.parse(text));
    if (!parsed.ok) throw new Error(`the recording is not one: ${JSON.stringify(parsed)}`);
    const line = parsed.value;
    if (line.kind === 'finding') findings.push(line);
    if (line.kind === 'incident') incidents.push(line.incident);
    if (line.kind === 'decision') decisions.push(line.decision);
  }
  return concluded(findings, incidents, decisions);
}
