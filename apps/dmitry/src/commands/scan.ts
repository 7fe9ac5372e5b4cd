import { CATEGORIES, type Category, redact, scan, TEXT_SOURCES, type TextSource } from '@dmitry/sanitizer';
import type { Command } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { CallFault } from '../cli/faults.ts';
import { indented, printable } from '../cli/layout.ts';
import { readTexts } from '../cli/texts.ts';

export const scanCommand: Command = {
  name: 'scan',
  summary: 'Secrets, personal data and injected orders in texts.',
  usage: '[FILE|FOLDER|-]…',
  options: {
    source: {
      kind: 'text',
      value: 'S',
      choices: TEXT_SOURCES,
      default: 'document',
      summary: 'Where the texts come from.',
    },
    categories: {
      kind: 'text',
      value: 'C,…',
      default: CATEGORIES.join(','),
      summary: 'What to look for.',
    },
    redact: { kind: 'flag', summary: 'Answer the text with secrets and personal data taken out, too.' },
    'fail-on': { kind: 'text', choices: ['finding'], summary: 'Exit with 1 when anything is found.' },
  },
  details: `
Input is {id, text, path?} per line, or plain files. Files named .ndjson or .jsonl hold records, others do when their first line is one;
standard input does when it begins with { or [.

--json: {id, findings: [{category, type, rule, start, end, confidence}], verdict: {secret, pii, injection: bool}, text?}; offsets are
UTF-16 code units of the given text, half-open.`,
  async run(context) {
    const categories = categoriesOf(context);
    const source = context.text('source') as TextSource;
    let found = false;
    for await (const { id, text } of readTexts(context)) {
      const { findings, verdict } = scan(text, { categories, source });
      found ||= findings.length > 0;
      const answer = {
        id,
        findings,
        verdict,
        ...(context.flag('redact') ? { text: redact(text, findings).text } : {}),
      };
      await context.answer(answer, () => scanText(answer));
    }
    return context.finish(!(context.text('fail-on') === 'finding' && found));
  },
};

function categoriesOf(context: CommandContext): readonly Category[] {
  const given = (context.text('categories') ?? '').split(',');
  const wrong = given.find((one) => !(CATEGORIES as readonly string[]).includes(one));
  if (wrong !== undefined) throw new CallFault(`--categories ${wrong}: must be some of ${CATEGORIES.join(',')}`);
  return given as Category[];
}

type Scanned = ReturnType<typeof scan>;

function scanText(
  answer: Pick<Scanned, 'findings' | 'verdict'> & { readonly id: string | number; readonly text?: string },
): string {
  const said = CATEGORIES.filter((category) => answer.verdict[category]).join(', ');
  const lines = [
    ...answer.findings.map(
      ({ category, type, rule, start, end, confidence }) =>
        `${category} ${type} at ${start}-${end} (${rule}, ${confidence})`,
    ),
    ...(answer.text === undefined ? [] : answer.text.split('\n')),
  ];
  return `${printable(String(answer.id))}: ${said || 'nothing'}\n${indented(lines.map(printable).join('\n'))}`.trimEnd();
}
