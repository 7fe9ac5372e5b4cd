import { compileRules, defaultRules, type RuleSet } from '@dmitry/correlation';
import { isDmitryError } from '@dmitry/kit';
import type { OptionSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { CallFault } from './faults.ts';
import { inputFiles, readText } from './input.ts';

const RULE_FILES = /\.ya?ml(\.gz)?$/i;

export const rulesOption: OptionSpec = {
  kind: 'list',
  value: 'P',
  alsoTakes: RULE_FILES,
  summary: 'Sigma rules (YAML), a file or a folder. Without any: those that come with the product.',
};

interface RuleText {
  readonly path: string;
  readonly text: string;
}

/** Why rules were not taken. `at` is the place in the rule. */
interface Complaint {
  readonly message: string;
  readonly at: unknown;
}

/**
 * The rules of `--rules`, or those that come with the product. A file that cannot be taken is reported and counted like a record that
 * cannot be read; when none can be taken there is nothing to do.
 * @throws CallFault naming the file
 */
export async function readRules(context: CommandContext): Promise<RuleSet> {
  const paths = context.texts('rules');
  if (paths.length === 0) return compileRules(defaultRules());
  const texts: RuleText[] = [];
  for (const path of await inputFiles(paths, context.io, RULE_FILES))
    texts.push({ path, text: await readText(path, context.io) });
  const whole = compiled(texts);
  if (!('message' in whole)) return whole;
  return withoutBroken(texts, context);
}

/** Where a correlation rule names the rules that it refers to. */
const REFERENCES = 'correlation.rules';

async function withoutBroken(texts: readonly RuleText[], context: CommandContext): Promise<RuleSet> {
  const judged = texts.map((each) => ({ ...each, complaint: complaintAlone(each) }));
  // what a rule refers to may stand in another file, so that complaint says nothing about the file alone
  const refused = judged.filter(({ complaint }) => complaint !== null && complaint.at !== REFERENCES);
  let kept = judged.filter((each) => !refused.includes(each));
  let rules = compiled(kept);
  while ('message' in rules) {
    const { message } = rules;
    const culprit = kept.find(({ complaint }) => complaint?.message === message);
    if (!culprit) throw new CallFault(`--rules: ${message}`);
    refused.push(culprit);
    kept = kept.filter((each) => each !== culprit);
    rules = compiled(kept);
  }
  const first = refused[0];
  if (kept.length === 0 && first) throw new CallFault(`--rules ${first.path}: ${first.complaint?.message}`);
  for (const { path, complaint } of refused) await context.skipRules(path, complaint?.message ?? '');
  return rules;
}

function complaintAlone(text: RuleText): Complaint | null {
  const rules = compiled([text]);
  return 'message' in rules ? rules : null;
}

/** Texts are counted by the compiler, which has no names for them; the file's name says it better. */
function compiled(texts: readonly RuleText[]): RuleSet | Complaint {
  try {
    return compileRules(texts.map(({ text }) => text));
  } catch (error) {
    if (!isDmitryError(error)) throw error;
    return { message: error.message.replace(/text \d+, /, ''), at: error.context['at'] };
  }
}
