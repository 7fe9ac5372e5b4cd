import { parseWith, type SchemaFault } from '@dmitry/contracts';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { Value } from 'typebox/value';
import { DmitryError, recordFromText } from '../core/index.ts';
import { declarationOf, type RouteSchemas } from './route-declaration.ts';
import { textFaults } from './text-faults.ts';

type Part = 'params' | 'query' | 'body';
type Incoming = Record<Part, unknown>;
interface RequestFault extends SchemaFault {
  readonly in: Part;
}

/** Checks a request against its `@RouteSchema` after the guard and before the handler. Registered for all routes by KitModule. */
@Injectable()
export class RouteSchemaInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() === 'http')
      check(declarationOf(context).schemas ?? {}, context.switchToHttp().getRequest<Incoming>());
    return next.handle();
  }
}

/** @throws DmitryError `request.invalid` with every fault of every part */
function check(schemas: RouteSchemas, request: Incoming): void {
  const faults = (['params', 'query', 'body'] as const).flatMap((part) =>
    faultsOf(schemas, part, request).map((fault): RequestFault => ({ in: part, ...fault })),
  );
  if (faults.length === 0) return;
  throw new DmitryError('request.invalid', `The request has ${faults.length} fault(s); they are listed in errors.`, {
    severity: 'info',
    context: { faults },
  });
}

/** Texts are read as the types of the schema, its defaults stand in for what was left out. */
function faultsOf(schemas: RouteSchemas, part: Part, request: Incoming): readonly SchemaFault[] {
  const schema = schemas[part];
  const unusable = textFaults(schema, request[part]);
  if (!schema) return unusable;
  const given =
    part === 'body' ? request.body : recordFromText(schema, (request[part] ?? {}) as Record<string, unknown>);
  request[part] = Value.Default(schema, given);
  const parsed = parseWith(schema, request[part]);
  return parsed.ok ? unusable : [...unusable, ...parsed.faults];
}
