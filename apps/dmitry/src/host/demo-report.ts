import type { Decision, Incident, Run, VerifyReport } from '@dmitry/contracts';

/** What `dmitry demo --json` answers (cli.md). */
export interface DemoReport {
  readonly events: number;
  readonly findings: number;
  readonly incidents: readonly DemoIncident[];
  readonly decisions: Readonly<Record<string, number>>;
  readonly runs: readonly {
    readonly id: string;
    readonly action: string;
    readonly target: string;
    readonly status: string;
  }[];
  readonly effects: readonly { readonly effect_key: string; readonly action: string; readonly status: string }[];
  readonly ledger: { readonly size: number; readonly root: string };
  readonly bundle: {
    readonly path: string;
    readonly trust_path: string;
    readonly checkpoint_path: string;
    readonly verified: boolean;
  };
  readonly seconds: number;
}

export interface DemoIncident {
  readonly id: string;
  readonly title: string;
  readonly score: number;
  readonly band: string;
  readonly techniques: readonly string[];
  readonly entities: Incident['entities'];
  readonly findings: readonly {
    readonly id: string;
    readonly title: string;
    readonly severity: string;
    readonly records: readonly number[];
  }[];
}

export const countByVerdict = (decisions: readonly Decision[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = { allow: 0, deny: 0, step_up: 0, modify: 0, defer: 0 };
  for (const { verdict } of decisions) counts[verdict.toLowerCase()] = (counts[verdict.toLowerCase()] ?? 0) + 1;
  return counts;
};

export const runLine = ({ id, action, status }: Run) => ({
  id,
  action: action.action_type,
  target: `${action.target.type}:${action.target.id}`,
  status,
});

/** Why the demo is not a success; empty when it is. Effects outside must be those of allowed decisions, each once. */
export function demoFaults(parts: {
  readonly verify: VerifyReport;
  readonly decisions: readonly Decision[];
  readonly runs: readonly Run[];
  readonly effects: readonly { readonly effect_key: string; readonly acts: number }[] | null;
}): readonly string[] {
  const faults = parts.verify.ok
    ? []
    : parts.verify.faults.map(({ code, where, message }) => `bundle: ${code} at ${where}: ${message}`);
  const allowed = new Set(parts.decisions.filter(({ verdict }) => verdict === 'ALLOW').map(({ id }) => id));
  const unfinished = parts.runs.filter(({ status }) => status !== 'succeeded');
  faults.push(...unfinished.map(({ id, status }) => `run ${id} ended as ${status}`));
  faults.push(
    ...parts.runs.filter(({ decision_id }) => !allowed.has(decision_id)).map(({ id }) => `run ${id} has no ALLOW`),
  );
  if (allowed.size !== parts.runs.length)
    faults.push(`${allowed.size} decisions allow, ${parts.runs.length} runs were made`);
  if (!parts.effects) return faults;
  const expected = new Set(parts.runs.flatMap(({ effects }) => effects.map(({ effect_key }) => effect_key)));
  const acted = parts.effects.filter(({ acts }) => acts > 0);
  faults.push(
    ...acted
      .filter(({ effect_key }) => !expected.has(effect_key))
      .map(({ effect_key }) => `effect ${effect_key} was never planned`),
  );
  faults.push(
    ...acted.filter(({ acts }) => acts !== 1).map(({ effect_key }) => `effect ${effect_key} happened more than once`),
  );
  if (acted.length !== expected.size) faults.push(`${expected.size} effects were planned, ${acted.length} happened`);
  return faults;
}
