import { parseScoreInput, type RiskScore, scoreFinding } from '@dmitry/risk';
import type { Command } from '../cli/command.ts';
import { faultLine, readValues } from '../cli/events.ts';
import { indented, printable, table } from '../cli/layout.ts';

export const scoreCommand: Command = {
  name: 'score',
  summary: 'Risk scores of findings or vulnerabilities, with the terms that add up to them.',
  usage: '[FILE|FOLDER|-]…',
  options: {},
  details: `
A finding has a level: {id, level, techniques?, count?, exposure?, sensitivity?, volatility?, criticality?, …}.
A vulnerability has none: {id, cve?, cvss?: [vector or number], epss?, kev?, ssvc?: {exploitation, automatable, technical_impact},
asset?: {exposure, criticality, internet_facing}}. Facts that are missing give no points, lower the confidence and are named.

--json: {id, score, band, confidence, terms: [{name, value, weight, points, evidence}], to_lower_band, formula, …}`,
  async run(context) {
    for await (const { index, path, value } of readValues(context)) {
      const input = parseScoreInput(value);
      if (!input.ok) {
        await context.skip({ index, path }, faultLine(input.faults));
        continue;
      }
      const score = scoreFinding(input.value);
      await context.answer(score, () => scoreText(score));
    }
    return context.finish();
  },
};

function scoreText({ id, score, band, confidence, terms, to_lower_band: lower, missing }: RiskScore): string {
  const rows = terms
    .filter(({ points }) => points > 0)
    .map(({ name, value, weight, points }) => [name, round(value), round(weight), round(points)]);
  const facts = [
    table(['term', 'value', 'weight', 'points'], rows),
    ...(lower
      ? [
          `${lower.band} (${round(lower.score)}) with ${lower.changes.map(({ name, from, to }) => `${name} ${round(from)} → ${round(to)}`).join(', ')}`,
        ]
      : []),
    ...(missing.length > 0 ? [printable(`not known: ${missing.join(', ')}`)] : []),
  ];
  return `${printable(id)}: ${round(score)} ${band}, confidence ${round(confidence)}\n${indented(facts.join('\n'))}\n`;
}

const round = (value: number): string => String(Math.round(value * 1_000) / 1_000);
