import type { Route, ServiceName } from './route.ts';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

const PREFIXES: readonly ServiceName[] = ['platform', 'pdri', 'aegis', 'llm'];

/** Groups of operations that belong to a service of another name, or to each: anybody may be asked who answers. */
const OWNERS: Readonly<Record<string, readonly ServiceName[]>> = {
  actions: ['platform'],
  mesh: ['platform'],
  simulator: PREFIXES,
};

const belongsTo = (route: Route, service: ServiceName): boolean => {
  const group = route.operation.split('.', 1)[0] ?? '';
  return group === service || (OWNERS[group]?.includes(service) ?? false);
};

/** Finds the route of a path. A first segment `platform`, `pdri`, `aegis` or `llm` narrows it to that service's routes. */
export class Router {
  constructor(private readonly routes: readonly Route[]) {}

  /** @returns the match, the methods that the path has instead, or undefined for a path that nobody serves */
  find(method: string, path: string): Match | readonly string[] | undefined {
    const segments = path.split('/').slice(1);
    const prefix = PREFIXES.find((service) => service === segments[0] && segments.length > 1);
    const wanted = prefix ? segments.slice(1) : segments;
    const matches = this.routes.flatMap((route) => {
      if (prefix && !belongsTo(route, prefix)) return [];
      const params = paramsOf(route.path.split('/').slice(1), wanted);
      return params ? [{ route, params }] : [];
    });
    const match = matches.find(({ route }) => route.method === method);
    if (match) return match;
    return matches.length > 0 ? [...new Set(matches.map(({ route }) => route.method))] : undefined;
  }

  get operations(): readonly string[] {
    return [...new Set(this.routes.map((route) => route.operation))].sort();
  }
}

function paramsOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of pattern.entries()) {
    const segment = decoded(segments[at] ?? '');
    if (segment === undefined || (segment === '') !== (part === '')) return undefined;
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
