import { beforeAll, expect, it } from '@jest/globals';
import { exampleFile, type ReadRecord, recordsIn } from '@dmitry/harness';
import { type Channel, documentedChannels } from './support/channels.ts';
import { describeOrchestrator } from './support/suite.ts';

const CHANNELS = documentedChannels();
const SENT = CHANNELS.filter(({ sent }) => sent);
/** Documented, and not seen here: OCSF events come from others, and the example has none in their envelope. */
const NOT_EXERCISED = ['ocsf-events'];

describeOrchestrator('the AsyncAPI document', { tenants: ['told'] }, (suite) => {
  let records: ReadonlyMap<Channel, readonly ReadRecord[]>;
  beforeAll(async () => {
    const view = await suite.feed('told');
    for (const approval of await view.approvals()) await view.vote(approval, true);
    await view.settled();
    records = new Map(await Promise.all(SENT.map(async (channel) => [channel, await ownOf(channel, 'told')] as const)));
  }, 120_000);

  const ownOf = async ({ topic }: Channel, tenant: string): Promise<readonly ReadRecord[]> =>
    (await suite.fleet.topics.read(topic)).filter(({ key }) => key.startsWith(`${tenant}/`));

  it('describes every record that was published, its content type and its key', () => {
    const faults = [...records].flatMap(([channel, all]) =>
      all.flatMap(({ value, headers }) => [
        ...channel.faultsOf(value).map((fault) => `${channel.topic}: ${fault}`),
        ...(headers['content-type'] === channel.contentType ? [] : [`${channel.topic}: ${headers['content-type']}`]),
      ]),
    );
    expect(faults).toEqual([]);
  });

  it('has no channel that nothing is published on', () => {
    const silent = [...records].filter(([, all]) => all.length === 0).map(([{ topic }]) => topic);
    expect(silent).toEqual([]);
  });

  it('describes the input that is taken', () => {
    const unseen = CHANNELS.filter(({ sent }) => !sent).filter(({ topic }) => !NOT_EXERCISED.includes(topic));
    expect(unseen.map(({ topic }) => topic)).toEqual(['security-events']);
    const events = recordsIn(exampleFile('security-events.ndjson'));
    expect(events.flatMap((event) => unseen[0]?.faultsOf(JSON.stringify(event)) ?? ['no channel'])).toEqual([]);
  });

  it('would be broken by a record that lacks what it promises', () => {
    const channel = SENT.find(({ topic }) => topic.includes('run-finished'));
    const [record] = (channel && records.get(channel)) ?? [];
    const { data, ...envelope } = JSON.parse(record?.value ?? '{}');
    expect(channel?.faultsOf(JSON.stringify({ ...envelope, data: { ...data, status: 'no status' } }))).not.toEqual([]);
    expect(channel?.faultsOf(JSON.stringify({ ...envelope, data: { ...data, id: undefined } }))).not.toEqual([]);
  });
});
