import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Answer, Call, Caller, Json } from '@dmitry/harness';

/** An operation of the document, and the addresses that are its. */
interface Operation {
  /** `GET /v1/runs/{id}` */
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly parameters: number;
  /** Where it stands in the document (RFC 6901). */
  readonly pointer: string;
  readonly described: Json;
}

/** What is exchanged that the document does not say. */
export class Undocumented extends Error {}

/**
 * Holds what a suite exchanges with a gateway to the OpenAPI document that the gateway itself serves: every path, status, media type and
 * body, and the bodies of requests that were taken. What an answer has and the document does not say fails the test that asked.
 */
export class DocumentedTraffic {
  /** Names of the operations that were answered as the document says, not only refused. */
  readonly exercised = new Set<string>();
  readonly operations: readonly Operation[];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(private readonly document: Json) {
    this.#ajv.addSchema(document, 'openapi');
    this.operations = Object.keys(document.paths as object)
      .flatMap((path) =>
        Object.keys(document.paths[path] as object).map((method) => operationOf(document, path, method)),
      )
      .sort((a, b) => a.parameters - b.parameters);
  }

  /** The same calls, looked at. */
  watching(call: Caller): Caller {
    return async (method, path, what = {}) => {
      const answer = await call(method, path, what);
      this.see(method, path, what, answer);
      return answer;
    };
  }

  see(method: string, address: string, call: Call, answer: Answer): void {
    const path = address.split('?', 1)[0] ?? '';
    const operation = this.operations.find((one) => one.method === method && one.pattern.test(path));
    if (!operation) {
      const refused = answer.status === 404 || answer.status === 405;
      if (refused) return this.#check('/components/schemas/ProblemDocument', answer.json, `${method} ${path}`);
      throw new Undocumented(`${method} ${path} answers ${answer.status} and is not in the document`);
    }
    this.#answer(operation, answer);
    if (answer.status >= 300) return;
    this.exercised.add(operation.name);
    this.#request(operation, call);
  }

  #answer(operation: Operation, { status, headers, json, text }: Answer): void {
    const media = mediaOf(headers);
    const where = `${operation.name} answers ${status} as '${media}'`;
    const { place, content } = this.#documented(operation, status);
    if (content === null || (!content[media] && text !== ''))
      throw new Undocumented(`${where}, which is not in the document`);
    if (!content[media]) return;
    this.#check(`${place}/content/${escaped(media)}/schema`, media.endsWith('json') ? json : text, where);
  }

  /** Faults are problem documents where nothing else is said; of other statuses nothing is taken for granted. */
  #documented({ pointer, described }: Operation, status: number): { place: string; content: Json } {
    const own = described.responses[status];
    if (own) return { place: `${pointer}/responses/${status}`, content: own.content ?? {} };
    const problem = this.document.components.responses.Problem;
    return { place: '/components/responses/Problem', content: status < 400 ? null : problem.content };
  }

  #request({ name, pointer, described }: Operation, { body }: Call): void {
    if (body === undefined && !described.requestBody) return;
    if (!described.requestBody) throw new Undocumented(`${name} takes a body, and the document has none`);
    const value: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    this.#check(`${pointer}/requestBody/content/application~1json/schema`, value, `${name} takes`);
  }

  #check(pointer: string, value: unknown, where: string): void {
    let validate = this.#validators.get(pointer);
    if (!validate) {
      validate = this.#ajv.compile({ $ref: `openapi#${encodeURI(pointer)}` });
      this.#validators.set(pointer, validate);
    }
    if (validate(value)) return;
    throw new Undocumented(
      `${where}: ${this.#ajv.errorsText(validate.errors)} in ${JSON.stringify(value).slice(0, 2_000)}`,
    );
  }
}

const mediaOf = (headers: Headers): string => /^[^;]*/.exec(headers.get('content-type') ?? '')?.[0] ?? '';

const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

function operationOf(document: Json, path: string, method: string): Operation {
  const described = document.paths[path][method];
  const spanning = new Set(
    described.parameters
      .filter(({ description }: Json) => description === 'May have slashes.')
      .map(({ name }: Json) => name),
  );
  const source = path
    .split(/\{([^}]+)\}/)
    .map((part, at) =>
      at % 2 === 0 ? part.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`) : spanning.has(part) ? '.+' : '[^/]+',
    )
    .join('');
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    pattern: new RegExp(`^${source}/?$`),
    parameters: path.split('{').length - 1,
    pointer: `/paths/${escaped(path)}/${method}`,
    described,
  };
}
