import { type Decision, parseWith } from '@dmitry/contracts';
import {
  builtinPolicy,
  createDryRun,
  DryRunAction,
  DryRunContext,
  type GatePolicy,
  loosenedBy,
  parsePolicy,
} from '@dmitry/safety-gate';
import type { Command } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { faultLine, readValues } from '../cli/events.ts';
import { CallFault } from '../cli/faults.ts';
import { readJson } from '../cli/input.ts';
import { indented, printable } from '../cli/layout.ts';

export const gateDecideCommand: Command = {
  name: 'gate decide',
  summary: 'What the safety gate says to actions: a dry run, nothing is recorded.',
  usage: '[FILE|FOLDER|-]…',
  options: {
    policy: { kind: 'text', value: 'P', summary: 'Policy (JSON). Without it: the built-in one.' },
    context: {
      kind: 'text',
      value: 'FILE',
      summary: 'What a deployment would look up while it decides (JSON, below).',
    },
    'fail-on': { kind: 'text', choices: ['deny'], summary: 'Exit with 1 when an action is denied.' },
  },
  details: `
Actions, one a line: {action_type, target: {type, id}, params?, confidence?, evidence?: [entry id], approvals?: [approval id],
requested_by?, finding_id?}. Without evidence all of the context is cited, without approvals all of them are named.

--context FILE: one JSON object; unknown members are refused, every member is optional.
  tenant        default "local"; part of every action digest
  now           time of the decisions, RFC 3339 UTC; default: that of the newest evidence, so that no clock is read
  requested_by  default "dry-run"; a vote of the same name does not count
  confidence    claim of actions that make none, 0 to 1; default 0
  halted        true: everything is deferred
  unavailable   ["pdri", …]: sources that did not answer; too little evidence is then deferred instead of denied
  evidence      [{id: entry id (UUIDv7), type: "outcome"|"evidence"|…, time, source: "platform:risk-findings.get",
                succeeded?: true, facts?: {}, finding?: id}]: what the ledger knows; what is cited and not here does not exist
  approvals     [Approval] (dmitry schema Approval)
  budget_used   [{impact: "low"|"medium"|"high"|"critical", used: n}]: effects in the rolling window
  reach         [{target: {type, id}, entities: n}]: measured blast radius; else what the policy assumes

Each action is judged alone: an ALLOW takes nothing from the budget of the next. A policy looser than the catalogue is refused, as a
deployment refuses it.

--json: {action_digest, verdict, reasons: [{code, message}], blast_radius, policy: {version, digest}, needs: [text], action, confidence,
evidence, approvals, modified?}`,
  async run(context) {
    const decide = createDryRun(await readContext(context), await readPolicy(context));
    let denied = false;
    for await (const { index, path, value } of readValues(context)) {
      const action = parseWith(DryRunAction, value);
      if (!action.ok) {
        await context.skip({ index, path }, faultLine(action.faults));
        continue;
      }
      const decision = decide(action.value);
      denied ||= decision.verdict === 'DENY';
      await context.answer(decisionLine(decision), () => decisionText(decision));
    }
    return context.finish(!(context.text('fail-on') === 'deny' && denied));
  },
};

async function readPolicy(context: CommandContext): Promise<GatePolicy> {
  const path = context.text('policy');
  if (path === undefined) return builtinPolicy;
  const parsed = parsePolicy(await readJson(path, context.io));
  if (!parsed.ok) throw new CallFault(`--policy ${path}: ${faultLine(parsed.faults)}`);
  const looser = loosenedBy(parsed.policy);
  if (looser.length > 0) throw new CallFault(`--policy ${path}: looser than the catalogue: ${faultLine(looser)}`);
  return parsed.policy;
}

async function readContext(context: CommandContext): Promise<DryRunContext> {
  const path = context.text('context');
  if (path === undefined) return {};
  const parsed = parseWith(DryRunContext, await readJson(path, context.io));
  if (!parsed.ok) throw new CallFault(`--context ${path}: ${faultLine(parsed.faults)}`);
  return parsed.value;
}

/** Without the times of the decision: they are those of the file, and nothing waits on a dry run. */
function decisionLine(decision: Decision) {
  const { action_digest, verdict, reasons, blast_radius, policy, needs, action, confidence, evidence, approvals } =
    decision;
  const known = {
    action_digest,
    verdict,
    reasons,
    blast_radius,
    policy,
    needs,
    action,
    confidence,
    evidence,
    approvals,
  };
  return decision.modified === undefined ? known : { ...known, modified: decision.modified };
}

function decisionText({ verdict, action, reasons, needs, blast_radius: reach }: Decision): string {
  const lines = [
    ...reasons.map(({ code, message }) => `${code}: ${message}`),
    `reaches ${reach.entities} entities (${reach.class})`,
    ...(needs.length > 0 ? [`needs ${needs.join(', ')}`] : []),
  ];
  const head = `${verdict} ${action.action_type} ${action.target.type}:${action.target.id}`;
  return `${printable(head)}\n${indented(lines.map(printable).join('\n'))}`;
}
