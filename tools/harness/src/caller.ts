/** A document of the wire, read member by member; what is not there is undefined, or an error one step further. */
// oxlint-disable-next-line typescript/no-explicit-any -- suites read foreign documents member by member and assert what they find
export type Json = any;

export interface Call {
  readonly token?: string;
  /** Sent as JSON; a text or bytes go as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is not JSON. */
  readonly json: Json;
}

export type Caller = (method: string, path: string, call?: Call) => Promise<Answer>;

/** HTTP the way a client of the product speaks it. */
export const callerOf =
  (url: string): Caller =>
  async (method, path, { token, body, headers } = {}) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
