import { expect, it } from '@jest/globals';
import { deadLetterTopic, TOPICS, topicsOf } from '@dmitry/contracts';
import { eventually } from '@dmitry/harness';
import { describeOrchestrator } from './support/suite.ts';

describeOrchestrator('topics', { tenants: ['acme'] }, (suite) => {
  /** Input topics that nobody has made. */
  const settings = (name: string) => ({
    TENANT_TOPICS: `${suite.fleet.name}-${name}=acme`,
    CONSUMER_GROUP: `${suite.fleet.name}-${name}`,
  });

  it('that are missing end the start with the name of each and what to do', async () => {
    const missing = `${suite.fleet.name}-missing`;
    const start = suite.fleet.startOrchestrator(settings('missing'));
    const says = await start.then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(says).toContain('messaging.topics_missing');
    expect(says).toContain(`create ${missing}, ${deadLetterTopic(missing)}, or set KAFKA_CREATE_TOPICS=true`);
  }, 60_000);

  it('that are missing are made where the deployment says so, with as many partitions as it says', async () => {
    const made = `${suite.fleet.name}-made`;
    const env = { ...settings('made'), KAFKA_CREATE_TOPICS: 'true', KAFKA_TOPIC_PARTITIONS: '2' };
    const app = await suite.fleet.startOrchestrator(env);
    const partitions = await suite.fleet.topics.partitions();
    expect(topicsOf([made]).filter((topic) => !partitions.has(topic))).toEqual([]);
    expect([made, deadLetterTopic(made)].map((topic) => partitions.get(topic))).toEqual([2, 2]);
    expect(app.process.lines.filter((line) => /"level":"error"/.test(line))).toEqual([]);
    await app.process.stop();
  }, 60_000);

  it('that vanish later hold up their own records alone, are named in health, and are told all once they are back', async () => {
    const input = suite.fleet.inputOf('acme');
    const letters = deadLetterTopic(input);
    const healthy = async (): Promise<boolean> => (await suite.orchestrator.call('GET', '/health')).json.checks.outbox;
    await suite.fleet.topics.remove([letters]);
    await suite.fleet.topics.produce(input, [{ key: 'broken', value: '{' }]);
    await eventually('the topic to be held', async () => ((await healthy()) ? null : true));
    const said = suite.orchestrator.process.lines.filter((line) => line.includes('messaging.topic_held'));
    expect(JSON.parse(said[0] ?? '{}')).toMatchObject({ topic: letters, code: 'messaging.topic_unknown' });
    expect((await suite.orchestrator.call('GET', '/ready')).status).toBe(200);
    const view = await suite.feed('acme');
    const told = async (): Promise<readonly string[]> =>
      (await suite.fleet.topics.read(TOPICS.runFinished))
        .map(({ key }) => key)
        .filter((key) => key.startsWith('acme/'));
    const runs = (await view.runs()).length;
    await eventually('the runs to be told', async () => ((await told()).length >= runs ? true : null), {
      withinMs: 5_000,
    });
    await suite.fleet.topics.create([letters]);
    const kept = await eventually('the dead letter', async () => {
      const records = await suite.fleet.topics.read(letters);
      return records.length > 0 ? records : null;
    });
    expect(kept.map(({ value }) => value)).toEqual(['{']);
    await eventually('health', async () => ((await healthy()) ? true : null));
  }, 120_000);
});
