import { describe, expect, it } from '@jest/globals';
import { asyncApiDocument, SCHEMA_NAMES, schemaDocument, TOPICS } from './index.ts';

describe('schema documents', () => {
  it.each(SCHEMA_NAMES)('%s is plain JSON Schema with its name', (name) => {
    const document = schemaDocument(name);
    expect(document).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: name });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('are found however the name is spelled, and nowhere else', () => {
    expect(schemaDocument('ledger-entry')).toEqual(schemaDocument('LedgerEntry'));
    expect([schemaDocument('nothing'), schemaDocument('constructor'), schemaDocument('')]).toEqual([null, null, null]);
  });
});

describe('the AsyncAPI document', () => {
  const document = asyncApiDocument('1.2.3') as any;

  it('has every topic once, and says which way it goes', () => {
    expect(document.info.version).toBe('1.2.3');
    const addresses = Object.values<any>(document.channels).map(({ address }) => address);
    expect(addresses).toEqual(Object.values(TOPICS));
    expect(Object.values<any>(document.operations).map(({ action }) => action)).toEqual([
      'receive',
      'receive',
      'send',
      'send',
      'send',
      'send',
      'send',
    ]);
    expect(document.channels.ocsfEvents.description).toContain('ocsf-events.dlq');
  });

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(0);
    for (const path of references) expect(path.split('/').reduce((node, step) => node?.[step], document)).toBeDefined();
  });

  it('puts what is sent into a CloudEvents envelope, and keeps the nonce of approvals to itself', () => {
    const { payload, contentType } = document.components.messages.ApprovalRequested;
    expect(contentType).toBe('application/cloudevents+json');
    expect(payload.properties.specversion).toEqual({ type: 'string', const: '1.0' });
    const { properties, required } = payload.properties.data;
    expect([properties.nonce, required.includes('nonce'), required.includes('quorum')]).toEqual([
      undefined,
      false,
      true,
    ]);
    expect(document.components.messages.SecurityEvent.contentType).toBe('application/json');
  });
});
