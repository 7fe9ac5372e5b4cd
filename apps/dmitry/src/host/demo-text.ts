import { indented, numbers, pairs, printable, table } from '../cli/layout.ts';
import type { DemoIncident, DemoReport } from './demo-report.ts';

const MOST = 5;

/** The report for a person. */
export function demoText(report: DemoReport): string {
  const { decisions, ledger, bundle } = report;
  const counted = Object.entries(decisions).filter(([, count]) => count > 0);
  return [
    pairs([
      ['events', String(report.events)],
      ['findings', String(report.findings)],
      ['incidents', String(report.incidents.length)],
      ['decisions', counted.map(([verdict, count]) => `${count} ${verdict}`).join(', ') || 'none'],
      ['runs', `${report.runs.length}, ${report.runs.filter(({ status }) => status === 'succeeded').length} succeeded`],
      ['effects', String(report.effects.length)],
      ['ledger', `${ledger.size} entries, root ${ledger.root.slice(0, 16)}…`],
      ['proof', `${bundle.path}: ${bundle.verified ? 'verified' : 'NOT verified'}`],
      ['seconds', String(report.seconds)],
    ]),
    ...report.incidents.slice(0, MOST).map(incidentText),
    ...(report.incidents.length > MOST ? [`and ${report.incidents.length - MOST} more incidents`] : []),
    ...(report.runs.length > 0
      ? [
          table(
            ['action', 'target', 'status'],
            report.runs.map(({ action, target, status }) => [action, target, status]),
          ),
        ]
      : []),
  ].join('\n\n');
}

function incidentText({ title, score, band, techniques, findings }: DemoIncident): string {
  const lines = findings
    .slice(0, MOST)
    .map(({ title: what, severity, records }) => `${severity}: ${what} (records ${numbers(records)})`);
  const more = findings.length > MOST ? [`and ${findings.length - MOST} more findings`] : [];
  return `${printable(`${band} ${score}  ${title}`)}\n${indented([printable(techniques.join(' ')), ...lines.map(printable), ...more].join('\n'))}`;
}
