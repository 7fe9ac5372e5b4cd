/** Topic names, declared once. In: the neighbours' topic and OCSF/CloudEvents; out: `dmitry.<context>.<event>.v1`. */
export const TOPICS = {
  securityEvents: 'security-events',
  ocsfEvents: 'ocsf-events',
  findingRevised: 'dmitry.findings.finding-revised.v1',
  incidentRevised: 'dmitry.incidents.incident-revised.v1',
  actionDecided: 'dmitry.actions.action-decided.v1',
  approvalRequested: 'dmitry.approvals.approval-requested.v1',
  runFinished: 'dmitry.actions.run-finished.v1',
} as const;
export type Topic = (typeof TOPICS)[keyof typeof TOPICS];

/** Topics that Dmitry tells others on. */
export const PUBLISHED_TOPICS: readonly Topic[] = Object.values(TOPICS).filter((topic) => topic.startsWith('dmitry.'));

/** Every topic that a deployment needs: those that it consumes, their dead letters, and those that it publishes. */
export const topicsOf = (consumed: readonly string[]): readonly string[] => [
  ...consumed,
  ...consumed.map(deadLetterTopic),
  ...PUBLISHED_TOPICS,
];

/** Where records of a topic go that cannot be processed. */
export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;
