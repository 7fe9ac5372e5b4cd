import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Injectable } from '@nestjs/common';
import { DmitryError, Logger, type RequestScope, runInRequest } from '../core/index.ts';
import { KnownRoutes } from './known-routes.ts';
import { type Problem, problemDocument, problemFor } from './problem-document.ts';
import { scopeOf } from './request-scope.ts';
import { declarationIn } from './route-declaration.ts';

interface Request {
  readonly method: string;
  readonly url: string;
  readonly routeOptions?: { readonly url?: string; readonly config?: unknown };
}
interface Reply {
  readonly raw: { readonly headersSent: boolean; destroy(): void };
  header(name: string, value: string | number): Reply;
  code(status: number): Reply;
  send(body: unknown): Reply;
}

/** The one place where faults become HTTP answers: RFC 9457 problem documents. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(Logger) private readonly logger: Logger,
    @Inject(KnownRoutes) private readonly routes: KnownRoutes,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw thrown; // GraphQL and sockets answer in their own form
    const request = host.switchToHttp().getRequest<Request>();
    const reply = host.switchToHttp().getResponse<Reply>();
    const allowed = request.routeOptions?.url === undefined ? this.routes.methodsAt(request.url) : [];
    const error = allowed.length > 0 ? methodNotAllowed(request.method, allowed) : thrown;
    const problem = problemFor(error);
    const scope = scopeOf(request);
    const document = problemDocument(problem, scope, declarationIn(request.routeOptions?.config).predecessor === true);
    this.log(problem, document.status, { scope, error });
    // a stream that has begun cannot become a problem document: cut it, so that nobody takes it for complete
    if (reply.raw.headersSent) return reply.raw.destroy();
    for (const [name, value] of headersOf(problem, document.status, allowed)) reply.header(name, value);
    reply.code(document.status).send(JSON.stringify(document));
  }

  private log(
    problem: Problem,
    status: number,
    { scope, error }: { scope: RequestScope | undefined; error: unknown },
  ): void {
    // a caller's own mistake needs no stack, and its message may hold the address with what was in it
    const cause = ['warn', 'error'].includes(problem.severity) ? { error } : {};
    const write = (): void => this.logger[problem.severity]('error_occurred', { code: problem.code, status, ...cause });
    if (scope) runInRequest(scope, write);
    else write();
  }
}

const methodNotAllowed = (method: string, allowed: readonly string[]): DmitryError =>
  new DmitryError('request.method_not_allowed', `${method} is not served at this path; ${allowed.join(', ')} is.`, {
    severity: 'info',
  });

function headersOf(problem: Problem, status: number, allowed: readonly string[]): [string, string | number][] {
  const headers: [string, string | number][] = [['content-type', 'application/problem+json; charset=utf-8']];
  if (problem.retryAfterSeconds !== undefined) headers.push(['retry-after', problem.retryAfterSeconds]);
  if (allowed.length > 0) headers.push(['allow', allowed.join(', ')]); // RFC 9110 15.5.6
  if (status === 401) {
    // RFC 6750 3: no error attribute when no token was sent
    headers.push([
      'www-authenticate',
      problem.code === 'auth.token_missing' ? 'Bearer' : 'Bearer error="invalid_token"',
    ]);
  }
  return headers;
}
