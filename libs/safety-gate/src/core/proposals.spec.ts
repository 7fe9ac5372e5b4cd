import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseProposals, type ProposalDocument, supportedProposals } from './index.ts';

const step = {
  action_type: 'alert',
  target: { type: 'service' as const, id: 'svc' },
  params: {},
  reason: 'because',
  confidence: 0.8,
  priority: 5,
  evidence: ['e1'],
};
const document: ProposalDocument = {
  summary: 's',
  impact_analysis: 'i',
  confidence: 0.7,
  actions: [step],
  claims: [{ text: 'c', citations: ['e1'] }],
  risk_factors: [{ factor: 'f', severity: 'high', description: 'd', evidence: ['e1'] }],
};

describe('reading an answer', () => {
  it('takes one JSON document, bare, as a value, or as the only code block', () => {
    const text = JSON.stringify(document);
    for (const answer of [document, text, ` ${text}\n`, `\`\`\`json\n${text}\n\`\`\``, `\`\`\`\n${text}\`\`\``]) {
      expect(parseProposals(answer)).toEqual({ ok: true, document });
    }
  });

  it.each([
    ['prose around it', `Here you are: ${JSON.stringify(document)}`],
    ['a later bracket', `${JSON.stringify(document)} [see above]`],
    ['two documents', `${JSON.stringify(document)}${JSON.stringify(document)}`],
    ['words that name actions', 'I recommend to isolate the host and block access.'],
    ['another language', `\`\`\`js\n${JSON.stringify(document)}\n\`\`\``],
    ['an unfinished block', '```json'],
    ['nothing', ''],
    ['too much', ' '.repeat(262_145)],
  ])('refuses %s as malformed and proposes nothing', (_what, answer) => {
    expect(parseProposals(answer)).toMatchObject({ ok: false, code: 'proposal.malformed' });
  });

  it.each([
    ['a member nobody asked for', { ...document, note: 1 }],
    ['a missing member', { ...document, actions: [{ ...step, evidence: undefined }] }],
    ['a confidence of 7', { ...document, actions: [{ ...step, confidence: 7 }] }],
    ['a list where the document belongs', [document]],
    ['null', null],
  ])('refuses %s with pointers', (_what, answer) => {
    const parsed = parseProposals(answer);
    expect(parsed).toMatchObject({ ok: false, code: 'proposal.invalid' });
    if (!parsed.ok) expect(parsed.faults.length).toBeGreaterThan(0);
  });

  it('never throws, whatever the answer', () => {
    fc.assert(
      fc.property(fc.anything(), (answer) => {
        expect(typeof parseProposals(answer).ok).toBe('boolean');
      }),
      { numRuns: 300 },
    );
  });
});

describe('what an answer may keep', () => {
  it('is all of it when everything resolves', () => {
    const { action_type: _type, target: _target, params: _params, ...rest } = step;
    expect(supportedProposals(document, new Set(['e1']))).toEqual({
      document,
      remarks: [],
      proposals: [{ ...rest, action: { action_type: 'alert', target: step.target, params: {} } }],
    });
  });

  it('is not a citation that does not resolve, nor a claim that is left without one; each removal is reported', () => {
    const answer = {
      ...document,
      claims: [
        { text: 'half', citations: ['e1', 'ghost'] },
        { text: 'none', citations: ['ghost'] },
        { text: 'bare', citations: [] },
      ],
    };
    const kept = supportedProposals(answer, new Set(['e1']));
    expect(kept.document.claims).toEqual([{ text: 'half', citations: ['e1'] }]);
    expect(kept.remarks.map((each) => [each.pointer, each.code])).toEqual([
      ['/claims/0/citations/1', 'proposal.citation_unresolved'],
      ['/claims/1/citations/0', 'proposal.citation_unresolved'],
      ['/claims/1', 'proposal.claim_unsupported'],
      ['/claims/2', 'proposal.claim_unsupported'],
    ]);
  });

  it('keeps an action whose evidence is gone, for the gate to refuse it aloud', () => {
    const kept = supportedProposals(document, new Set());
    expect(kept.proposals).toMatchObject([{ evidence: [], action: { action_type: 'alert' } }]);
    expect(kept.document).toMatchObject({ claims: [], risk_factors: [] });
  });

  it('translates aliases with a remark and refuses what is on no list', () => {
    const answer = {
      ...document,
      actions: [
        { ...step, action_type: 'quarantine_file' },
        { ...step, action_type: 'rm_rf' },
      ],
    };
    const kept = supportedProposals(answer, new Set(['e1']));
    expect(kept.proposals.map((each) => each.action.action_type)).toEqual(['quarantine']);
    expect(kept.remarks.map((each) => each.code)).toEqual(['proposal.alias', 'proposal.unknown_action_type']);
  });
});
