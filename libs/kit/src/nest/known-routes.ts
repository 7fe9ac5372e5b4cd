import { Injectable } from '@nestjs/common';
import type { RouteDeclaration } from './route-declaration.ts';

export interface KnownRoute {
  readonly method: string;
  /** The path's template, such as `/v1/findings/:id`. */
  readonly path: string;
  /** What the route's own decorators say; its controller's are not in it. */
  readonly declared: RouteDeclaration;
  /** With which it answers when all is well; missing where no controller made the route. */
  readonly status?: number;
}

/** Every route that the app serves, as the router itself reported it. */
@Injectable()
export class KnownRoutes {
  private readonly all: (KnownRoute & { readonly pattern: RegExp })[] = [];

  add(route: KnownRoute): void {
    this.all.push({ ...route, pattern: patternOf(route.path) });
  }

  list(): readonly KnownRoute[] {
    return this.all.map(({ method, path, declared }) => ({ method, path, declared }));
  }

  /** Methods that are served at the path of an address, in alphabetical order. */
  methodsAt(url: string): string[] {
    const path = url.split(/[?#;]/, 1)[0] ?? '';
    const methods = this.all.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(methods)].sort((a, b) => a.localeCompare(b, 'en'));
  }
}

/** Parameters match one segment and a final star the rest. Linear in the path: no repetition inside repetition. */
function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => {
    if (segment === '*') return '.*';
    return segment.startsWith(':') ? '[^/]+' : segment.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${segments.join('/')}/?$`);
}
