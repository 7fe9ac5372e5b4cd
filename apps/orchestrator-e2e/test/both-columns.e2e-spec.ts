import { expect, it } from '@jest/globals';
import { exampleFile, incidentEvents } from '@dmitry/harness';
import { conclusionsOf, embeddedConclusions } from './support/conclusions.ts';
import { describeOrchestrator } from './support/suite.ts';

/** The command line knows no other; tenants are in the ids that are compared. */
const TENANT = 'demo';

describeOrchestrator('two processes on real services, and one on embedded defaults', { tenants: [TENANT] }, (suite) => {
  it('come to the same findings, incidents and decisions from the example incident, though the one gets it shuffled and partly doubled', async () => {
    const arrange = (events: readonly unknown[]) => [...[...events].reverse(), ...events.slice(0, 10)];
    const view = await suite.feed(TENANT, { arrange });
    const distributed = await conclusionsOf(view);
    expect(distributed).toEqual(await embeddedConclusions(exampleFile('security-events.ndjson')));
    expect(distributed.decisions.length).toBeGreaterThan(3);
    expect(incidentEvents().length).toBeGreaterThan(distributed.findings.length);
  }, 120_000);
});
