import { ENTITY_TYPES } from '@dmitry/contracts';
import { at, isObject, itemsAt, type JsonObject, textAt } from '../graph/json.ts';
import type { LlmMode } from './script.ts';

const ENTRY_ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;
/** An entry id that nobody issues: its time is before any deployment's. */
const UNREAD_ENTRY = '00000000-0000-7000-8000-000000000000';

export interface ModelAnswer {
  readonly text: string | null;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
}

/** What the model says to a chat-completions request. It knows only what stands in the messages. */
export function answerTo(request: JsonObject, mode: LlmMode): ModelAnswer {
  const shown = itemsAt(request, 'messages').map(contentOf);
  if (mode === 'tool_call') {
    const call = firstToolCall(request, shown);
    if (call) return { text: null, toolCalls: [call] };
  }
  if (mode === 'prose') return { text: prose(shown), toolCalls: [] };
  const advice = JSON.stringify(adviceOn(shown, mode === 'unread_citation'));
  return { text: mode === 'broken_json' ? advice.slice(0, advice.length / 2) : advice, toolCalls: [] };
}

/** Text of a message: a text, or the text parts of a list. */
function contentOf(message: unknown): string {
  const parts = itemsAt(message, 'content').map((part) => textAt(part, 'text') ?? '');
  return textAt(message, 'content') ?? parts.join('\n');
}

/** Asks for the first tool that is offered, with what the messages show for its required arguments; once. */
function firstToolCall(request: JsonObject, shown: readonly string[]) {
  const messages = itemsAt(request, 'messages');
  const tool = itemsAt(request, 'tools')[0];
  const name = textAt(tool, 'function', 'name');
  if (name === undefined || messages.some((message) => textAt(message, 'role') === 'tool')) return undefined;
  const entity = entitiesIn(shown)[0];
  const finding = membersIn(shown, 'finding_id')[0];
  const required = itemsAt(tool, 'function', 'parameters', 'required').filter((one) => typeof one === 'string');
  const value = (argument: string) => (argument.includes('finding') ? finding : entity?.id) ?? 'unknown';
  return { name, arguments: JSON.stringify(Object.fromEntries(required.map((one) => [one, value(one)]))) };
}

function adviceOn(shown: readonly string[], unread: boolean) {
  const read = [...new Set(shown.flatMap((text) => text.match(ENTRY_ID) ?? []))];
  const citations = unread ? [UNREAD_ENTRY] : read;
  const entities = entitiesIn(shown);
  const confidence = citations.length > 1 ? 0.9 : 0.6;
  const summary = `${entities.length} entities and ${read.length} entries were shown.`;
  return {
    summary,
    claims: [{ text: summary, citations }],
    risk_factors: entities.map((entity) => ({
      factor: 'entity_at_risk',
      severity: 'high',
      description: `${entity.type} ${entity.id} is named in the material.`,
      evidence: citations,
    })),
    impact_analysis: `Concerns ${entities.map((entity) => entity.id).join(', ') || 'no entity that was shown'}.`,
    confidence,
    actions: entities.slice(0, 1).map((entity) => ({
      action_type: entity.type === 'ai_tool' ? 'block_access' : 'increase_monitoring',
      target: { type: entity.type, id: entity.id },
      params: {},
      reason: 'It is the first entity that the material names.',
      confidence,
      priority: 8,
      evidence: citations,
    })),
  };
}

const prose = (shown: readonly string[]): string =>
  entitiesIn(shown).length > 0
    ? `You should look at ${entitiesIn(shown)
        .map((entity) => entity.id)
        .join(' and ')}, and perhaps block it.`
    : 'There is nothing in the material that I could name.';

/** Entities `{type, id}` anywhere in JSON that the messages hold, in order. */
function entitiesIn(shown: readonly string[]): readonly { readonly type: string; readonly id: string }[] {
  const found = new Map<string, { type: string; id: string }>();
  for (const value of shown.flatMap(jsonIn)) {
    walk(value, (object) => {
      const type = ENTITY_TYPES.find((known) => known === (textAt(object, 'type') ?? textAt(object, 'entity_type')));
      const id = textAt(object, 'id') ?? textAt(object, 'entity_id');
      if (type && id) found.set(`${type}:${id}`, { type, id });
    });
  }
  return [...found.values()];
}

function membersIn(shown: readonly string[], member: string): readonly string[] {
  const found: string[] = [];
  for (const value of shown.flatMap(jsonIn)) {
    walk(value, (object) => {
      const text = textAt(object, member);
      if (text !== undefined) found.push(text);
    });
  }
  return found;
}

/** The JSON documents of a text: the whole, or from a brace or bracket to its partner. */
function jsonIn(text: string): unknown[] {
  for (const piece of [text, text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)]) {
    try {
      return [JSON.parse(piece)];
    } catch {
      // not JSON as a whole: the next reading
    }
  }
  return text.split('\n').flatMap((line) => (line.startsWith('{') && line !== text ? jsonIn(line) : []));
}

function walk(value: unknown, visit: (object: JsonObject) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  if (!isObject(value)) return;
  visit(value);
  for (const member of Object.keys(value)) walk(at(value, member), visit);
}
