import { parseWith, ProblemDocument } from '@dmitry/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seed } from '@dmitry/kit/testing';
import fc from 'fast-check';
import { exampleApp, tokenFor } from './example-app.ts';

let example: Awaited<ReturnType<typeof exampleApp>>;
let authorization: string;
beforeAll(async () => {
  example = await exampleApp();
  authorization = `Bearer ${await tokenFor(['analyst'])}`;
});
afterAll(() => example.app.close());

/** What is wrong with the answer, or null: a success, or a refusal in a problem document. */
async function faultOfAnswer(request: object): Promise<string | null> {
  const response = await example.app.inject(request);
  if (response.statusCode >= 500) return `${response.statusCode} ${response.body}`;
  if (response.statusCode < 400) return null;
  const document = String(response.headers['content-type']).startsWith('application/problem+json');
  return document && parseWith(ProblemDocument, response.json()).ok ? null : response.body;
}

// what would break: a thrown TypeError on odd input is a 500 that any stranger can cause at will
describe('whatever a stranger sends', () => {
  it('as a body is answered, and never by a fault of ours', async () => {
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((text) => text.slice(0, -1)),
    );
    await fc.assert(
      fc.asyncProperty(body, async (payload) => {
        const request = {
          method: 'POST',
          url: '/notes',
          payload,
          headers: { authorization, 'content-type': 'application/json' },
        };
        expect(await faultOfAnswer(request)).toBeNull();
      }),
      { seed: seed(), numRuns: 200 },
    );
  });

  it('as a query or a path is answered likewise', async () => {
    const name = fc.constantFrom('limit', 'tag', 'open', '__proto__', 'constructor', 'limit[x]', 'toString');
    const query = fc.array(fc.tuple(name, fc.string({ unit: 'binary' })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(query, fc.webPath(), async (pairs, path) => {
        const text = pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
        expect(await faultOfAnswer({ method: 'GET', url: `/notes?${text}` })).toBeNull();
        expect(await faultOfAnswer({ method: 'GET', url: `/notes/by-number${path}` })).toBeNull();
      }),
      { seed: seed(), numRuns: 200 },
    );
  });

  it('as headers is answered likewise', async () => {
    const value = fc.string({ unit: 'grapheme-ascii' });
    await fc.assert(
      fc.asyncProperty(value, value, value, async (token, traceparent, tenant) => {
        const request = {
          method: 'DELETE',
          url: '/notes/1',
          headers: { authorization: `Bearer ${token}`, traceparent, 'x-tenant-id': tenant },
        };
        expect(await faultOfAnswer(request)).toBeNull();
      }),
      { seed: seed(), numRuns: 200 },
    );
  });
});
