import { describe, expect, it } from '@jest/globals';
import { ACTION_TYPES } from '@dmitry/contracts';
import type { ProposalDocument } from '@dmitry/safety-gate';
import { openDossier, takeReading } from './dossier.ts';
import { supportedBy } from './proposals.ts';
import { ENTITY, reply, step } from '../../test/bench.ts';

const subject = {
  findingId: 'f-1',
  eventId: null,
  correlationId: null,
  entity: ENTITY,
  entityName: null,
  riskScore: null,
};
const documentOf = (rest: Record<string, unknown>) => JSON.parse(reply(rest)) as ProposalDocument;
const proposeActions = { tool: 'platform_propose_actions', findingId: 'f-1' } as const;

describe('supportedBy', () => {
  it('refuses what would not be a valid action as a whole, on every way to a proposal', () => {
    const dossier = openDossier(subject, []);
    const supported = supportedBy(dossier, documentOf({ actions: [step({ params: 'text' })] }));
    expect(supported.proposals).toEqual([]);
    expect(dossier.refused).toEqual([expect.objectContaining({ code: 'analyst.action_invalid' })]);
  });

  it('does not turn an execution into a proposal when the request is about no entity of a known type', () => {
    const dossier = openDossier({ ...subject, entity: null }, []);
    takeReading(dossier, proposeActions, {
      data: { actions: [{ action_id: 'a-1', action_type: 'alert' }] },
      entry: 'e-1',
    });
    dossier.executes.push({ actionId: 'a-1', params: {} });
    expect(supportedBy(dossier, documentOf({})).proposals).toEqual([]);
    expect(dossier.refused).toEqual([expect.objectContaining({ code: 'analyst.unknown_target' })]);
  });

  it('gives a suggested action without words a reason and the middle priority, and passes over suggestions without id or type', () => {
    const dossier = openDossier(subject, []);
    const actions = [
      { action_id: 'a-1', action_type: 'alert' },
      { action_id: 'a-2' },
      { action_type: 'alert' },
      'prose',
    ];
    takeReading(dossier, proposeActions, { data: { actions }, entry: 'e-1' });
    dossier.executes.push({ actionId: 'a-1', params: {} }, { actionId: 'a-2', params: {} });
    expect(supportedBy(dossier, documentOf({})).proposals).toEqual([
      expect.objectContaining({ reason: 'suggested by the Platform for this finding', priority: 5, evidence: ['e-1'] }),
    ]);
    expect(dossier.refused.map((each) => each.code)).toEqual(['analyst.unknown_action']);
  });

  it('takes the Platform’s priority as a label or as a number', () => {
    const dossier = openDossier({ ...subject, entity: ENTITY }, []);
    const actions = ['critical', 7, 70, 'soon'].map((priority, index) => ({
      action_id: `a-${index}`,
      action_type: ACTION_TYPES[index],
      priority,
    }));
    takeReading(dossier, proposeActions, { data: { actions }, entry: 'e-1' });
    dossier.executes.push(...actions.map(({ action_id }) => ({ actionId: action_id, params: {} })));
    expect(supportedBy(dossier, documentOf({})).proposals.map((each) => each.priority)).toEqual([10, 7, 5, 5]);
  });

  it('does not guess between two entities of the same id', () => {
    const dossier = openDossier(subject, []);
    const entities = [
      { entity_id: 'x', entity_type: 'service' },
      { entity_id: 'x', entity_type: 'api' },
    ];
    takeReading(
      dossier,
      { tool: 'platform_search_entities', query: 'x', filters: {} },
      { data: { entities }, entry: 'e-1' },
    );
    const named = (type: string) =>
      supportedBy(dossier, documentOf({ actions: [step({ target: { type, id: 'x' } })] })).proposals;
    expect(named('identity')).toEqual([]);
    expect(named('api')).toHaveLength(1);
  });

  it('calls a risk factor that the wire does not know a security concern', () => {
    const dossier = openDossier(subject, [{ entry: 'e-1', kind: 'event' }]);
    const factors = ['data_exposure', 'bad_vibes'].map((factor) => ({
      factor,
      severity: 'high',
      description: '',
      evidence: ['e-1'],
    }));
    expect(supportedBy(dossier, documentOf({ risk_factors: factors })).riskFactors.map((each) => each.factor)).toEqual([
      'data_exposure',
      'security_concern',
    ]);
  });
});
