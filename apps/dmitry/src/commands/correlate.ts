import {
  correlationEvent,
  createStreamCorrelator,
  groupIncidents,
  type IncidentDraft,
  type StreamFinding,
} from '@dmitry/correlation';
import { isoTime } from '@dmitry/kit';
import type { Command } from '../cli/command.ts';
import { fromOption, LOCAL_TENANT, readEvents } from '../cli/events.ts';
import { indented, numbers, printable } from '../cli/layout.ts';
import { readRules, rulesOption } from '../cli/rules.ts';

export const correlateCommand: Command = {
  name: 'correlate',
  summary: 'Events to findings and incidents, the best first.',
  usage: '[FILE|FOLDER|-]…',
  options: {
    from: fromOption,
    rules: rulesOption,
    top: { kind: 'count', value: 'N', summary: 'Only the N best incidents.' },
    'fail-on': { kind: 'text', choices: ['finding'], summary: 'Exit with 1 when anything is found.' },
  },
  details: `
Incidents come at the end, since they are ranked. Every record that counts is reachable through findings[].records.

--json: {rank, score, band, first, last, entities: [{type, id}], techniques: [id], findings: [{id, title, records: [number]}],
records_count, reason: [text]}`,
  async run(context) {
    const correlator = createStreamCorrelator(await readRules(context), LOCAL_TENANT);
    for await (const { index, record, normalised } of readEvents(context))
      correlator.observe(correlationEvent(normalised, record, index));
    const findings = new Map(correlator.findings().map((finding) => [finding.id, finding]));
    const incidents = groupIncidents([...findings.values()], { tenant: LOCAL_TENANT });
    for (const incident of incidents.slice(0, context.count('top') ?? Infinity)) {
      const line = incidentLine(incident, findings);
      await context.answer(line, () => incidentText(line, incident.title));
    }
    return context.finish(!(context.text('fail-on') === 'finding' && findings.size > 0));
  },
};

function incidentLine(incident: IncidentDraft, known: ReadonlyMap<string, StreamFinding>) {
  const findings = incident.findings.flatMap((id) => known.get(id) ?? []);
  return {
    rank: incident.rank,
    score: incident.score,
    band: incident.band,
    first: isoTime(incident.firstMs),
    last: isoTime(incident.lastMs),
    entities: incident.entities,
    techniques: incident.techniques,
    findings: findings.map(({ id, title, records }) => ({ id, title, records })),
    records_count: new Set(findings.flatMap(({ records }) => records)).size,
    reason: incident.reason,
  };
}

const MOST_SHOWN = 10;

function incidentText(line: ReturnType<typeof incidentLine>, title: string): string {
  const { rank, score, band, first, last, entities, techniques, findings, records_count: count, reason } = line;
  const shown = findings.slice(0, MOST_SHOWN);
  const facts = [
    `${first} to ${last}, ${count} records`,
    `entities: ${some(entities.map(({ type, id }) => `${type}:${id}`))}`,
    ...(techniques.length > 0 ? [`techniques: ${techniques.join(', ')}`] : []),
    ...reason,
    ...shown.map((finding) => `- ${finding.title}: records ${numbers(finding.records)}`),
    ...(findings.length > MOST_SHOWN ? [`- and ${findings.length - MOST_SHOWN} more findings`] : []),
  ];
  return `${rank}. ${printable(title)} (${score}, ${band})\n${indented(facts.map(printable).join('\n'))}\n`;
}

const some = (texts: readonly string[]): string =>
  texts.length > MOST_SHOWN
    ? `${texts.slice(0, MOST_SHOWN).join(', ')} and ${texts.length - MOST_SHOWN} more`
    : texts.join(', ');
