import type { Command } from '../cli/command.ts';
import { CallFault, EXIT } from '../cli/faults.ts';
import { DEPLOYMENT_OPTIONS } from '../cli/deployment-options.ts';

const OPTIONS = {
  ...DEPLOYMENT_OPTIONS,
  tenant: { kind: 'text', value: 'T', summary: 'The tenant, which must be the token’s.' },
  all: { kind: 'flag', summary: 'Every tenant: by a token of the operator’s tenant.' },
  reason: { kind: 'text', value: 'TEXT', required: true, summary: 'Why; it stands in the ledger.' },
} as const;

function switchCommand(name: 'halt' | 'resume', summary: string): Command {
  return {
    name,
    summary,
    usage: '',
    operands: { min: 0, max: 0 },
    options: OPTIONS,
    async run(context) {
      const tenant = context.text('tenant');
      if ((tenant === undefined) === !context.flag('all')) throw new CallFault('give either --tenant T or --all');
      const path = name === 'halt' ? '/v1/halt' : '/v1/halt/resume';
      const body = { reason: context.text('reason'), ...(tenant === undefined ? { all: true } : { tenant }) };
      const { callDeployment } = await import('../host/deployment.ts');
      const answer = await callDeployment(context, { method: 'POST', path, operation: `halt.${name}`, body });
      await context.answer(answer, () => JSON.stringify(answer, null, 2));
      return EXIT.yes;
    },
  };
}

export const haltCommand = switchCommand(
  'halt',
  'Stop dispatch; answers when nothing newer can leave, with what already did.',
);
export const resumeCommand = switchCommand('resume', 'Let dispatch go on.');
