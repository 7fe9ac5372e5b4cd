import { isObject } from './plain-json.ts';

/** Objects that follow one another, each possibly over many lines; null when the text is not such a sequence. */
export function splitObjects(text: string): readonly string[] | null {
  const parts = text.split(/(?<=^\})\s*$/m).filter((part) => part.trim() !== '');
  const whole = parts.every((part) => /^\s*\{/.test(part));
  return whole && parts.length > 1 ? parts : null;
}

/** The records of a document that is a reply: the hits of a search in OpenSearch, the items of a list of Wazuh's API. */
export function listOf(document: unknown): readonly unknown[] | null {
  if (!isObject(document)) return null;
  const { hits, data, error } = document;
  if (isObject(hits) && Array.isArray(hits['hits'])) return hits['hits'];
  return typeof error === 'number' && isObject(data) && Array.isArray(data['affected_items'])
    ? data['affected_items']
    : null;
}
