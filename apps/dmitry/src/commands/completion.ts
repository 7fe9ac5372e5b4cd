import type { Command } from '../cli/command.ts';
import { SHELLS, type Shell, shellCompletion } from '../cli/shell-completion.ts';
import { CallFault, EXIT } from '../cli/faults.ts';

/** @param commands what there is to complete; asked for when it runs, since this command is one of them */
export const completionCommand = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  summary: 'A completion script for a shell.',
  usage: SHELLS.join('|'),
  operands: { min: 1, max: 1 },
  options: {},
  details: `
bash: source <(dmitry completion bash)
zsh:  source <(dmitry completion zsh)
fish: dmitry completion fish | source`,
  async run(context) {
    const shell = context.args[0] as Shell;
    if (!SHELLS.includes(shell)) throw new CallFault(`"${shell}": must be one of ${SHELLS.join(', ')}`);
    await context.print(shellCompletion(shell, commands()));
    return EXIT.yes;
  },
});
