import type { CorrelationEvent } from './fold-event.ts';
import { createFold } from './fold/fold.ts';
import type { RuleSet } from './sigma/rule-set.ts';

/** Events of one known technique. `expected` are technique ids, any of which (or a parent of one) is a sensible answer; empty takes any. */
export interface TechniqueCase {
  readonly name: string;
  readonly events: readonly CorrelationEvent[];
  readonly expected: readonly string[];
}

export interface TechniqueAnswer {
  readonly name: string;
  readonly found: boolean;
  readonly sensible: boolean;
  readonly findings: readonly {
    readonly rule: string;
    readonly level: string;
    readonly techniques: readonly string[];
    readonly count: number;
  }[];
}

/** What a rule set finds in each case, alone. Pure: for evaluation scripts. */
export function assessTechniques(ruleset: RuleSet, cases: readonly TechniqueCase[]): readonly TechniqueAnswer[] {
  return cases.map(({ name, events, expected }) => {
    const fold = createFold(ruleset, { tenant: 'evaluation' });
    const { findings } = fold.observe(fold.empty(), events);
    const techniques = findings.flatMap((finding) => finding.techniques);
    return {
      name,
      found: findings.length > 0,
      sensible: techniques.some(
        (technique) => expected.length === 0 || expected.some((one) => related(one, technique)),
      ),
      findings: findings.map(({ rule, level, techniques: own, count }) => ({
        rule: rule.id,
        level,
        techniques: own,
        count,
      })),
    };
  });
}

const related = (a: string, b: string): boolean => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
