import { parseWith, type SchemaFault } from '@dmitry/contracts';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { TSchema } from 'typebox';
import { DmitryError, recordFromText } from '../core/index.ts';
import { declarationOf, type RouteSchemas } from './route-declaration.ts';

type Part = 'params' | 'query' | 'body';
type Incoming = Record<Part, unknown>;
interface RequestFault extends SchemaFault {
  readonly in: Part;
}

/** Checks a request against its `@RouteSchema` after the guard and before the handler. Registered for all routes by KitModule. */
@Injectable()
export class RouteSchemaInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { schemas } = declarationOf(context);
    if (schemas && context.getType() === 'http') check(schemas, context.switchToHttp().getRequest<Incoming>());
    return next.handle();
  }
}

/** @throws DmitryError `request.invalid` with every fault of every part */
function check(schemas: RouteSchemas, request: Incoming): void {
  const faults: RequestFault[] = [];
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = schemas[part];
    if (!schema) continue;
    if (part !== 'body') request[part] = readTexts(schema, request[part]);
    const parsed = parseWith(schema, request[part]);
    if (!parsed.ok) faults.push(...parsed.faults.map((fault) => ({ in: part, ...fault })));
  }
  if (faults.length === 0) return;
  throw new DmitryError('request.invalid', `The request has ${faults.length} fault(s); they are listed in errors.`, {
    severity: 'info',
    context: { faults },
  });
}

function readTexts(schema: TSchema, given: unknown): Record<string, unknown> {
  const properties = (schema as { properties?: Record<string, { default?: unknown }> }).properties ?? {};
  const out = recordFromText(schema, (given ?? {}) as Record<string, unknown>);
  for (const [name, property] of Object.entries(properties)) {
    if (property.default !== undefined && !Object.hasOwn(out, name)) out[name] = structuredClone(property.default);
  }
  return out;
}
