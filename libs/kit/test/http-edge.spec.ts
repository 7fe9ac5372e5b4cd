import { inspect } from 'node:util';
import { parseWith, ProblemDocument } from '@dmitry/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KnownRoutes } from '@dmitry/kit/nest';
import { clock, exampleApp, tokenFor } from './example-app.ts';

type Example = Awaited<ReturnType<typeof exampleApp>>;
let example: Example;
let authorization: string;

beforeAll(async () => {
  example = await exampleApp({ bodyLimitBytes: 2000 });
  authorization = `Bearer ${await tokenFor(['analyst'])}`;
});
afterAll(() => example.app.close());
beforeEach(() => void (example.logger.lines.length = 0));

const send = (options: Parameters<Example['app']['inject']>[0]) => example.app.inject(options as object);
const post = (payload: unknown, headers: Record<string, string> = {}) =>
  send({
    method: 'POST',
    url: '/notes',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    payload: payload as object,
  });

function problemIn(response: Awaited<ReturnType<typeof send>>): ProblemDocument {
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  const parsed = parseWith(ProblemDocument, response.json());
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  expect(parsed.value.status).toBe(response.statusCode);
  return parsed.value;
}

describe('a request that fits', () => {
  it('reaches the handler with the principal of the token and one request id for scope and answer', async () => {
    const response = await post({ title: 'x', priority: 1 });
    expect(response.statusCode).toBe(201);
    const { principal, scope } = response.json();
    expect(principal).toEqual({ subject: 'ada', tenant: 'acme', roles: ['analyst'] });
    expect(scope).toMatchObject({ tenant: 'acme', requestId: response.headers['x-request-id'] });
  });

  it('is logged once, in its own scope, by the template of the route and never by the path', async () => {
    const response = await send({ method: 'GET', url: '/notes/by-number/7?token=hunter2' });
    const lines = example.logger.lines.filter(({ event }) => event === 'response_sent');
    expect(lines).toEqual([
      {
        level: 'info',
        event: 'response_sent',
        fields: { method: 'GET', route: '/notes/by-number/:number', status_code: 200, duration_ms: 0 },
        requestId: response.headers['x-request-id'],
      },
    ]);
  });

  it('stays in the trace of its caller, whose header logs, ledger and further calls go on with', async () => {
    const caller = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { scope } = (await post({ title: 'x', priority: 1 }, { traceparent: caller })).json();
    expect(scope.traceparent).toBe(caller);
  });

  it('starts a trace of its own where the caller sends none that is valid', async () => {
    const { scope } = (await post({ title: 'x', priority: 1 }, { traceparent: '00-zero-zero-01' })).json();
    expect(scope.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('never takes over a request id that the caller chose: it could be that of a stranger’s request', async () => {
    const chosen = '018f0000-0000-7000-8000-000000000000';
    const response = await send({
      method: 'GET',
      url: '/notes',
      headers: { 'x-request-id': chosen, 'request-id': chosen },
    });
    expect(response.headers['x-request-id']).not.toBe(chosen);
  });

  it('has texts of the query read as the types of the schema, and defaults where nothing is said', async () => {
    const response = await send({ method: 'GET', url: '/notes?tag=a&tag=b&open=true' });
    expect(response.json()).toEqual({ limit: 20, tag: ['a', 'b'], open: true });
  });

  it('has the defaults of its body stand in for members that were left out, at any depth, each request its own', async () => {
    const draft = (payload: object) => send({ method: 'POST', url: '/notes/drafts', payload });
    const whole = { title: 'untitled', layout: { columns: 2 }, tags: [] };
    expect((await draft({ layout: {} })).json()).toEqual(whole);
    expect((await draft({ title: 'mine', tags: ['x'] })).json()).toEqual({ title: 'mine', tags: ['x'] });
    expect((await draft({ layout: {} })).json()).toEqual(whole);
  });

  it('may hold anything where its route takes anything', async () => {
    const foreign = ['\0', { '\ud800': 1 }];
    const response = await send({ method: 'POST', url: '/notes/drafts', payload: { foreign } });
    expect(response.json().foreign).toEqual(foreign);
  });

  it('has texts of the path read likewise', async () => {
    const response = await send({ method: 'GET', url: '/notes/by-number/7' });
    expect(response.json()).toEqual({ number: 7, type: 'number' });
  });

  it('may be JSON under a media type of its own', async () => {
    const payload = JSON.stringify({ title: 'x', priority: 1 });
    const response = await post(payload, { 'content-type': 'application/cloudevents+json' });
    expect(response.statusCode).toBe(201);
  });
});

describe('a request that does not fit', () => {
  it('is told every fault at once, each with a JSON pointer', async () => {
    const problem = problemIn(await post({ title: '', priority: 9, colour: 'red' }));
    expect(problem).toMatchObject({
      code: 'request.invalid',
      status: 400,
      type: 'https://dmitry.dev/errors/request.invalid',
    });
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['', '/title', '/priority']));
    expect(problem.errors?.find(({ pointer }) => pointer === '')?.message).toContain('colour');
  });

  it('is told in which part of the request the fault is', async () => {
    const problem = problemIn(await send({ method: 'GET', url: '/notes?limit=0x10&colour=red' }));
    expect(problem.errors).toContainEqual(expect.objectContaining({ in: 'query', pointer: '/limit' }));
  });

  it('gets a problem document that names the request, so that a person can find it in the log', async () => {
    const response = await post({});
    const problem = problemIn(response);
    expect(problem.instance).toBe(`urn:dmitry:request:${String(response.headers['x-request-id'])}`);
    expect(problem.trace_id).toMatch(/^[0-9a-f]{32}$/);
    expect(example.logger.lines).toContainEqual(
      expect.objectContaining({ event: 'error_occurred', requestId: response.headers['x-request-id'] }),
    );
  });

  it.each([
    ['no JSON', '{"title":', 'request.malformed', 400],
    ['nothing', '', 'request.malformed', 400],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0x74, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), 'request.malformed', 400],
    [
      'a key that would reach a prototype',
      '{"__proto__":{"admin":true},"title":"x","priority":1}',
      'request.malformed',
      400,
    ],
    ['a constructor with a prototype', '{"constructor":{"prototype":{"admin":true}}}', 'request.malformed', 400],
    ['more than the limit', JSON.stringify({ title: 'x'.repeat(3000), priority: 1 }), 'request.too_large', 413],
  ])('is refused when its body is %s', async (_what, payload, code, status) => {
    const response = await post(payload);
    expect(problemIn(response)).toMatchObject({ code, status });
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])(
    'is refused as %s, which a browser could send from a foreign page unasked',
    async (type) => {
      expect(problemIn(await post('title=x', { 'content-type': type }))).toMatchObject({
        code: 'request.unsupported_media_type',
        status: 415,
      });
    },
  );

  it.each([
    ['a path', 'DELETE', '/notes/a%00b', undefined, { in: 'params', pointer: '/id' }],
    ['a query', 'GET', '/notes?tag=a&tag=%00', undefined, { in: 'query', pointer: '/tag/1' }],
    ['a body', 'POST', '/notes/drafts', { title: 'a\0' }, { in: 'body', pointer: '/title' }],
    ['a name in a body', 'POST', '/notes/drafts', { 'a/\0': 1 }, { in: 'body', pointer: '/a~1\0' }],
    ['half a pair in a body', 'POST', '/notes/drafts', { tags: ['\udc00'] }, { in: 'body', pointer: '/tags/0' }],
  ] as const)('is refused with a text that no store can keep in %s', async (_where, method, url, payload, fault) => {
    const headers = { authorization: `Bearer ${await tokenFor(['operator'])}` };
    const response = await send({ method, url, headers, ...(payload ? { payload } : {}) });
    const problem = problemIn(response);
    expect(problem).toMatchObject({ code: 'request.invalid', status: 400 });
    expect(problem.errors).toContainEqual(expect.objectContaining(fault));
  });

  it('is refused when it is nested deeper than anything that reads it should have to follow', async () => {
    const deep = `{"x":${'['.repeat(200)}${']'.repeat(200)}}`;
    const headers = { 'content-type': 'application/json' };
    const response = await send({ method: 'POST', url: '/notes/drafts', headers, payload: deep });
    expect(problemIn(response)).toMatchObject({ code: 'request.invalid', status: 400 });
  });

  it('finds nothing at a path that is not served', async () => {
    expect(problemIn(await send({ method: 'GET', url: '/nowhere' }))).toMatchObject({
      code: 'request.not_found',
      status: 404,
    });
  });

  it('leaves nothing of its address in the log, where a secret may have been typed', async () => {
    await send({ method: 'GET', url: '/nowhere?password=hunter2' });
    expect(inspect(example.logger.lines, { depth: 9 })).not.toContain('hunter2');
  });

  it('is told the methods of a path that is served otherwise', async () => {
    const response = await send({ method: 'PUT', url: '/notes/17?x=1' });
    expect(problemIn(response)).toMatchObject({ code: 'request.method_not_allowed', status: 405 });
    expect(response.headers['allow']).toBe('DELETE');
  });

  it('gets an answer when its address cannot be decoded', async () => {
    const response = await send({ method: 'GET', url: '/notes/%c0%ae' });
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.statusCode).toBeLessThan(500);
  });
});

describe('a fault of ours', () => {
  it('shows nothing of an unknown error, and the log has its chain of causes', async () => {
    const response = await send({ method: 'GET', url: '/faults/unknown' });
    expect(problemIn(response)).toMatchObject({ code: 'internal.unexpected', status: 500 });
    expect(response.body).not.toContain('hunter2');
    const line = example.logger.lines.find(({ event }) => event === 'error_occurred');
    expect(line?.level).toBe('error');
    expect((line?.fields['error'] as Error | undefined)?.cause).toEqual(new Error('disk 7 is full'));
  });

  it.each(['/faults/uncoded', '/faults/teapot', '/faults/nothing'])('stays a 500 without words for %s', async (url) => {
    const response = await send({ method: 'GET', url });
    expect(problemIn(response).code).toBe('internal.unexpected');
    expect(response.body).not.toMatch(/secret words|stout/);
  });

  it('cuts a stream that has begun, so that nobody takes the half for the whole', async () => {
    await expect(send({ method: 'GET', url: '/faults/stream' })).rejects.toThrow();
    expect(example.logger.lines).toContainEqual(
      expect.objectContaining({
        event: 'error_occurred',
        fields: expect.objectContaining({ code: 'internal.unexpected' }),
      }),
    );
  });

  it('says when to come back, in the document and in the header', async () => {
    const response = await send({ method: 'GET', url: '/faults/later' });
    expect(problemIn(response)).toMatchObject({ status: 503, detail: 'Try again soon.', retry_after_seconds: 2 });
    expect(response.headers['retry-after']).toBe('2');
    expect(example.logger.lines.find(({ event }) => event === 'error_occurred')?.level).toBe('warn');
  });
});

describe('a route of the predecessor', () => {
  it.each([
    ['a fault of its schema', {}],
    ['a body that is no JSON, before any handler is known to Nest', '{'],
  ])('carries the member error on %s', async (_what, payload) => {
    const response = await send({
      method: 'POST',
      url: '/faults/old',
      headers: { 'content-type': 'application/json' },
      payload: payload as object,
    });
    const problem = problemIn(response);
    expect(problem.error).toBe(problem.detail);
  });

  it('is the only kind that does', async () => {
    expect(problemIn(await post({}))).not.toHaveProperty('error');
  });
});

describe('every answer', () => {
  it.each(['/notes', '/nowhere', '/faults/unknown'])(
    'of %s forbids a browser to run, frame, guess or keep it',
    async (url) => {
      const { headers } = await send({ method: 'GET', url });
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
    },
  );

  it('lets no foreign page read it: there are no CORS headers, preflight included', async () => {
    const origin = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    for (const method of ['GET', 'OPTIONS'] as const) {
      const { headers } = await send({ method, url: '/notes', headers: origin });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('who is calling', () => {
  const remove = (headers: Record<string, string>) => send({ method: 'DELETE', url: '/notes/1', headers });

  it('must be said on every route that is not declared public', async () => {
    const response = await remove({});
    expect(problemIn(response)).toMatchObject({ code: 'auth.token_missing', status: 401 });
    expect(response.headers['www-authenticate']).toBe('Bearer');
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer a b'])('is not said by %s', async (header) => {
    expect(problemIn(await remove({ authorization: header })).code).toBe('auth.token_missing');
  });

  it('is not believed without a signature', async () => {
    const response = await remove({ authorization: 'Bearer abc.def.ghi' });
    expect(problemIn(response)).toMatchObject({ code: 'auth.token_invalid', status: 401 });
    expect(response.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it('is not believed once the token has expired', async () => {
    const token = await tokenFor(['operator']);
    await clock.advance(3_700_000);
    expect(problemIn(await remove({ authorization: `Bearer ${token}` })).code).toBe('auth.token_expired');
  });

  it('needs one of the roles of the route', async () => {
    const analyst = await remove({ authorization: `Bearer ${await tokenFor(['analyst'])}` });
    expect(problemIn(analyst)).toMatchObject({ code: 'auth.forbidden', status: 403 });
    const approver = await remove({ authorization: `bearer ${await tokenFor(['approver'])}` });
    expect(approver.json()).toEqual({ removed: true });
  });

  it('cannot name another tenant than the token’s', async () => {
    const token = `Bearer ${await tokenFor(['operator'])}`;
    const other = await remove({ authorization: token, 'x-tenant-id': 'globex' });
    expect(problemIn(other).code).toBe('auth.tenant_mismatch');
    expect((await remove({ authorization: token, 'x-tenant-id': 'acme' })).statusCode).toBe(200);
  });

  it('is refused everywhere by a service that trusts no tokens', async () => {
    const { app } = await exampleApp({ trusting: false });
    const headers = { authorization: `Bearer ${await tokenFor(['operator'])}` };
    expect((await app.inject({ method: 'DELETE', url: '/notes/1', headers })).json()).toMatchObject({
      code: 'auth.token_invalid',
    });
    await app.close();
  });
});

describe('the table of routes', () => {
  it('comes from the router itself, with what each route declares', () => {
    const routes = example.app.get(KnownRoutes).list();
    expect(routes).toContainEqual({
      method: 'DELETE',
      path: '/notes/:id',
      declared: { roles: ['operator', 'approver'] },
    });
    expect(routes.find(({ path, method }) => path === '/notes' && method === 'GET')?.declared).toMatchObject({
      public: true,
    });
  });
});
