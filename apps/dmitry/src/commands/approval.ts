import { Approval } from '@dmitry/contracts';
import { Type } from 'typebox';
import { answered, limitOption, listed } from '../cli/answered.ts';
import type { Command } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { EXIT } from '../cli/faults.ts';
import { indented, pairs, printable, table } from '../cli/layout.ts';
import { DEPLOYMENT_OPTIONS } from '../cli/deployment-options.ts';

const Outcome = Type.Object({
  status: Type.String(),
  code: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
});

export const approvalListCommand: Command = {
  name: 'approval list',
  summary: 'What waits for a person.',
  usage: '',
  operands: { min: 0, max: 0 },
  options: {
    ...DEPLOYMENT_OPTIONS,
    status: {
      kind: 'text',
      value: 'STATUS',
      default: 'pending',
      choices: ['pending', 'approved', 'denied', 'expired', 'voided'],
      summary: 'Which ones.',
    },
    limit: limitOption,
  },
  async run(context) {
    const call = { path: '/v1/approvals', query: { status: context.text('status') }, operation: 'approvals.list' };
    const items = await listed(context, Approval, call, context.count('limit') ?? 0);
    await context.answer(items, () =>
      items.length === 0 ? 'nothing waits' : table(['id', 'action', 'target', 'asked by', 'expires'], items.map(rowOf)),
    );
    return EXIT.yes;
  },
};

export const approvalShowCommand: Command = {
  name: 'approval show',
  summary: 'One request for approval, with complete parameters.',
  usage: 'ID',
  operands: { min: 1, max: 1 },
  options: DEPLOYMENT_OPTIONS,
  async run(context) {
    const approval = await approvalOf(context);
    await context.answer(approval, () => approvalText(approval));
    return EXIT.yes;
  },
};

export const approvalApproveCommand: Command = voteCommand('approve', true, 'Say yes to exactly this action.');
export const approvalDenyCommand: Command = voteCommand('deny', false, 'Say no; that is final.');

function voteCommand(verb: string, approved: boolean, summary: string): Command {
  return {
    name: `approval ${verb}`,
    summary,
    usage: 'ID',
    operands: { min: 1, max: 1 },
    options: {
      ...DEPLOYMENT_OPTIONS,
      signature: {
        kind: 'text',
        value: 'BASE64',
        summary: 'Ed25519 over the approval’s statement, where the policy demands it.',
      },
    },
    async run(context) {
      const { id, nonce } = await approvalOf(context);
      const signature = context.text('signature');
      const body = {
        approved,
        nonce,
        assurance: signature === undefined ? 'session' : 'signed',
        ...(signature === undefined ? {} : { signature }),
      };
      const path = `/v1/approvals/${encodeURIComponent(id)}/votes`;
      const outcome = await answered(context, Outcome, { method: 'POST', path, operation: 'approvals.vote', body });
      await context.answer(outcome, () => [outcome.status, outcome.message].filter(Boolean).join(': '));
      return outcome.status === 'refused' ? EXIT.no : EXIT.yes;
    },
  };
}

const approvalOf = (context: CommandContext): Promise<Approval> =>
  answered(context, Approval, {
    method: 'GET',
    path: `/v1/approvals/${encodeURIComponent(context.args[0] ?? '')}`,
    operation: 'approvals.get',
  });

const rowOf = ({ id, action, requested_by: by, expires }: Approval): readonly string[] => [
  id,
  action.action_type,
  `${action.target.type} ${action.target.id}`,
  by,
  expires,
];

const approvalText = (approval: Approval): string =>
  [
    pairs([
      ['id', approval.id],
      ['status', approval.status],
      ['asked by', `${approval.requested_by} at ${approval.requested_at}`],
      ['expires', approval.expires],
      ['digest', approval.action_digest],
      ['policy', approval.policy_version],
      ['needs', `${approval.quorum} × ${approval.assurance}`],
    ]),
    indented(JSON.stringify(approval.action, null, 2).split('\n').map(printable).join('\n')),
  ].join('\n');
