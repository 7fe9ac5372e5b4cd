import { correlationEvent, createStreamDetector, type RuleMatch } from '@dmitry/correlation';
import { isoTime } from '@dmitry/kit';
import type { Command } from '../cli/command.ts';
import { fromOption, readEvents } from '../cli/events.ts';
import { numbers, printable } from '../cli/layout.ts';
import { readRules, rulesOption } from '../cli/rules.ts';

export const detectCommand: Command = {
  name: 'detect',
  summary: 'Sigma rules over events: one line per match.',
  usage: '[FILE|FOLDER|-]…',
  options: {
    rules: rulesOption,
    from: fromOption,
    'no-correlation': { kind: 'flag', summary: 'Leave correlation rules out; every detection rule stands for itself.' },
    'fail-on': { kind: 'text', choices: ['match'], summary: 'Exit with 1 when anything matches.' },
  },
  details: `
Fields of a rule are those of the format that --from names, as its tool writes them; then those of the OCSF event.
Matches of detection rules come while reading. Those of correlation rules come at the end, when their windows are known; rules that
a correlation refers to are silent unless it says "generate: true", or with --no-correlation.

--json: {rule_id, title, kind: "detection"|"correlation", records: [number], first, last, group: {field: value}}`,
  async run(context) {
    const detector = createStreamDetector(await readRules(context), { correlate: !context.flag('no-correlation') });
    let matches = 0;
    const print = async (found: readonly RuleMatch[]) => {
      matches += found.length;
      for (const match of found.map(matchLine)) await context.answer(match, () => matchText(match));
    };
    for await (const { index, record, normalised } of readEvents(context))
      await print(detector.observe(correlationEvent(normalised, record, index)));
    await print(detector.finish());
    return context.finish(!(context.text('fail-on') === 'match' && matches > 0));
  },
};

const matchLine = ({ ruleId, title, kind, records, firstMs, lastMs, group }: RuleMatch) => ({
  rule_id: ruleId,
  title,
  kind,
  records,
  first: isoTime(firstMs),
  last: isoTime(lastMs),
  group,
});

function matchText({ title, kind, records, first, last, group }: ReturnType<typeof matchLine>): string {
  const place = Object.entries(group).map(([field, value]) => `${field}=${value}`);
  const time = first === last ? first : `${first} to ${last}`;
  return printable(
    [time, kind, title, ...(place.length > 0 ? [place.join(' ')] : []), `records ${numbers(records)}`].join('  '),
  );
}
