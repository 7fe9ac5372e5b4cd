import { expect, it } from '@jest/globals';
import type { Json, TenantView } from '@dmitry/harness';
import { describeOrchestrator } from './support/suite.ts';

const TENANTS = ['advised', 'prose', 'unread', 'broken', 'tools'] as const;

describeOrchestrator(
  'a language model that is not to be trusted',
  {
    tenants: TENANTS,
    env: (fleet) => ({ LLM_BASE_URL: `${fleet.simulator.url}/llm/v1`, LLM_MODEL: 'simulated' }),
  },
  (suite) => {
    const feedWith = async (mode: string, tenant: string): Promise<TenantView> => {
      await suite.fleet.simulator.llm({ mode });
      return suite.feed(tenant);
    };
    /** Codes of what the analyst said and was not taken, as the ledger has them. */
    const refusals = async (view: TenantView): Promise<string> =>
      (await view.entries('?type=decision'))
        .filter(({ entry }) => entry.facts.subject === 'advice')
        .map(({ entry }) => entry.facts.codes)
        .join(' ');

    it('that cites what it was shown gets its proposals judged', async () => {
      const view = await feedWith('advice', 'advised');
      const decisions = await view.decisions();
      expect(decisions.length).toBeGreaterThan(0);
      expect(decisions.every(({ evidence }) => evidence.length > 0)).toBe(true);
      const provider = (await view.entries('?type=outcome')).map(({ entry }) => entry.facts.service);
      expect(provider).toContain('llm');
    }, 120_000);

    it.each([
      ['prose', 'prose', /analyst\.reply_not_json/],
      ['half of a document', 'broken', /analyst\.reply_not_json/],
    ])(
      'that answers %s starts nothing, and the ledger says why',
      async (_what, tenant, code) => {
        const view = await feedWith(tenant === 'broken' ? 'broken_json' : 'prose', tenant);
        expect(await view.runs()).toEqual([]);
        expect(await suite.fleet.simulator.effects(tenant)).toEqual([]);
        expect(await refusals(view)).toMatch(code);
      },
      120_000,
    );

    it('that cites what it never read gets no effect by it, and is told why', async () => {
      const view = await feedWith('unread_citation', 'unread');
      expect(await view.runs()).toEqual([]);
      expect(await suite.fleet.simulator.effects('unread')).toEqual([]);
      const decisions = await view.decisions();
      expect(decisions.filter(({ verdict }) => verdict === 'ALLOW')).toEqual([]);
      const incidents = await view.incidents();
      const answers: Json[] = await Promise.all(
        incidents.map(async ({ id }) => (await view.get(`/v1/incidents/${id}`)).json),
      );
      expect(JSON.stringify([decisions, answers, await refusals(view)])).toMatch(/unresolved|not_read|unread|evidence/);
    }, 120_000);

    it('that asks for a tool gets the answer recorded and may cite it; of a target that it does not name it proves nothing', async () => {
      const view = await feedWith('tool_call', 'tools');
      const outcomes = (await view.entries('?type=outcome')).filter(({ entry }) => entry.facts.service === 'platform');
      expect(outcomes.length).toBeGreaterThan(0);
      const read = new Set(outcomes.map(({ entry }) => entry.id));
      const cited = await Promise.all(
        (await view.incidents()).map(async ({ id }) => (await view.get(`/v1/incidents/${id}`)).json),
      );
      expect(cited.flatMap(({ advice }) => advice?.answer.citations ?? []).some((id) => read.has(id))).toBe(true);
      const codes = (await view.decisions()).flatMap(({ reasons }) => reasons.map(({ code }) => code));
      expect(codes).toContain('gate.evidence_not_about_target');
    }, 120_000);
  },
);
