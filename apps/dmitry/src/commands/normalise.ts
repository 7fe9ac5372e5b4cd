import { writeFile } from 'node:fs/promises';
import { addToLossSummary, emptyLossSummary } from '@dmitry/normalise';
import type { Command } from '../cli/command.ts';
import { fromOption, readEvents } from '../cli/events.ts';
import { CallFault } from '../cli/faults.ts';
import { reasonOf } from '../cli/input.ts';

export const normaliseCommand: Command = {
  name: 'normalise',
  summary: 'Records of one format to OCSF events, one a line.',
  usage: '[FILE|FOLDER|-]…',
  options: {
    from: fromOption,
    account: {
      kind: 'text',
      value: 'FILE',
      summary: 'Write what was lost there: {records, kept, unmapped: {path: n}, dropped: {path: n}}.',
    },
  },
  details: 'Events are NDJSON with and without --json.',
  async run(context) {
    const accountFile = context.text('account');
    let account = emptyLossSummary;
    for await (const { normalised } of readEvents(context)) {
      if (accountFile !== undefined) account = addToLossSummary(account, normalised.account);
      await context.print(JSON.stringify(normalised.event));
    }
    if (accountFile !== undefined) {
      await writeFile(context.path(accountFile), `${JSON.stringify(account, null, 2)}\n`).catch(
        (error: NodeJS.ErrnoException) => {
          throw new CallFault(`--account ${accountFile}: ${reasonOf(error)}`);
        },
      );
    }
    return context.finish();
  },
};
