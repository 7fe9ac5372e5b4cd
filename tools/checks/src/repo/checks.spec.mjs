import { describe, expect, it } from '@jest/globals';
import { withEntries, workspaceEntries } from '../lock-entries.mjs';
import { withDependencies } from '../sync-dependencies.mjs';
import { functionsOf, quantile } from '../sizes.mjs';
import { page } from '../generators/errors-docs.mjs';
import { withMap } from '../generators/readme-map.mjs';
import { dependencyFaults } from './dependencies.mjs';
import { doorFaults } from './doors.mjs';
import { errorFaults, raised } from './errors.mjs';
import { hygieneFaults } from './hygiene.mjs';
import { linkFaults } from './links.mjs';
import { addressFaults, completenessFaults, licenseFaults } from './lockfile.mjs';
import { tagFaults } from './projects.mjs';
import { clientsNamed } from './public-types.mjs';
import { referenceFaults } from './references.mjs';
import { scriptFaults } from './scripts.mjs';
import { workflowFaults } from './workflow.mjs';

describe('lockfile', () => {
  it('finds a platform binary that is named and not locked, which npm ci would refuse on another machine', () => {
    const packages = {
      'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-darwin': '1' } },
      'node_modules/a/node_modules/a-linux': {},
    };
    expect(completenessFaults(packages)).toEqual(['node_modules/a: its optional a-darwin is not in the lockfile']);
  });

  it('finds an address, but not the link to a package of the workspace', () => {
    const packages = {
      'node_modules/a': { resolved: 'https://x' },
      'node_modules/@dmitry/kit': { resolved: 'libs/kit', link: true },
    };
    expect(addressFaults(packages)).toHaveLength(1);
  });

  it('finds a licence that is not permissive or not declared', () => {
    const packages = {
      'node_modules/a': { license: 'MIT' },
      'node_modules/b': { license: 'GPL-3.0' },
      'node_modules/c': {},
      'node_modules/d': { license: '(MIT OR CC0-1.0)' },
    };
    expect(licenseFaults(packages).map((fault) => fault.split(':')[0])).toEqual(['node_modules/b', 'node_modules/c']);
  });

  it('replaces the own entries and keeps those of others', () => {
    const manifest = {
      name: '@dmitry/kit',
      version: '0.1.0',
      dependencies: { b: '1', a: '1' },
      description: 'not in a lockfile',
    };
    const entries = workspaceEntries({ name: 'w', version: '1' }, [{ path: 'libs/kit', manifest }]);
    const lock = withEntries(
      {
        packages: { 'libs/gone': {}, 'node_modules/@dmitry/gone': { link: true }, 'node_modules/b': { version: '1' } },
      },
      entries,
    );
    expect(Object.keys(lock.packages)).toEqual(['', 'libs/kit', 'node_modules/@dmitry/kit', 'node_modules/b']);
    expect(lock.packages['libs/kit']).toEqual({
      name: '@dmitry/kit',
      version: '0.1.0',
      dependencies: { a: '1', b: '1' },
    });
  });
});

describe('dependencies', () => {
  const uses = (shipped, core = [], specs = []) => ({
    shipped: new Set(shipped),
    core: new Set(core),
    specs: new Set(specs),
  });
  const root = { version: '0.1.0', dependencies: { pg: '8.0.0' }, devDependencies: { 'fast-check': '4.0.0' } };
  const faults = (manifest, used) =>
    dependencyFaults({ path: 'libs/x', manifest: { name: '@dmitry/x', ...manifest } }, used, root);

  it('accepts a package that lists what it imports', () => {
    expect(
      faults(
        { dependencies: { '@dmitry/kit': '0.1.0', pg: '8.0.0' } },
        uses(['@dmitry/kit', 'pg'], [], ['fast-check']),
      ),
    ).toEqual([]);
  });

  it.each([
    ['an import that is not listed', {}, uses(['pg']), /imports pg/],
    ['a listed package that nothing imports', { dependencies: { pg: '8.0.0' } }, uses([]), /lists pg/],
    ['another version than the root', { dependencies: { pg: '8.0.1' } }, uses(['pg']), /root says 8\.0\.0/],
    [
      'core on an optional peer',
      { peerDependencies: { pg: '8.0.0' }, peerDependenciesMeta: { pg: { optional: true } } },
      uses(['pg'], ['pg']),
      /optional peer/,
    ],
    ['a spec that reaches a library without an edge', {}, uses([], [], ['@dmitry/llm']), /specs import/],
  ])('finds %s', (_what, manifest, used, message) => {
    expect(faults(manifest, used)).toEqual([expect.stringMatching(message)]);
  });
});

describe('sync of dependencies', () => {
  const uses = {
    shipped: new Set(['@dmitry/kit', 'typebox', 'ioredis', '@dmitry/x']),
    core: new Set(['typebox']),
    specs: new Set(['@dmitry/cache', 'fast-check']),
  };
  const manifest = { name: '@dmitry/x', version: '1', peerDependencies: { rxjs: '7', pg: '8' }, nx: {} };

  it('makes what core needs a dependency, the rest an optional peer, and what only specs need a development dependency', () => {
    const next = withDependencies(manifest, uses, (name) => `v-${name}`);
    expect(next.dependencies).toEqual({ '@dmitry/kit': 'v-@dmitry/kit', typebox: 'v-typebox' });
    expect(Object.keys(next.peerDependencies)).toEqual(['ioredis', 'rxjs']);
    expect(next.peerDependenciesMeta).toEqual({ ioredis: { optional: true }, rxjs: { optional: true } });
    expect(next.devDependencies).toEqual({ '@dmitry/cache': 'v-@dmitry/cache' });
  });
});

describe('references', () => {
  const byName = new Map([['@dmitry/kit', 'libs/kit']]);
  const project = (dependencies) => ({ path: 'libs/x', manifest: { dependencies } });
  it('finds a dependency without a reference and a reference without a dependency', () => {
    expect(referenceFaults(project({ '@dmitry/kit': '0.1.0' }), [], byName)).toHaveLength(1);
    expect(referenceFaults(project({}), ['libs/kit'], byName)).toHaveLength(1);
    expect(referenceFaults(project({ '@dmitry/kit': '0.1.0' }), ['libs/kit'], byName)).toEqual([]);
  });
});

describe('doors', () => {
  it('finds a door that leads nowhere and a wildcard', () => {
    const manifest = { exports: { '.': { types: './dist/a.d.ts', default: './dist/a.js' }, './*': './dist/*.js' } };
    const faults = doorFaults({ path: 'libs/x', manifest }, (path) => path.endsWith('a.js'));
    expect(faults).toEqual([
      expect.stringContaining('a.d.ts'),
      expect.stringContaining('wildcard'),
      expect.stringContaining('*.js'),
    ]);
  });
});

describe('public types', () => {
  const tree = {
    '/d/index.d.ts': "export { A } from './a.ts';",
    '/d/a.d.ts': "import type { Redis } from 'ioredis';\nexport declare class A { r: Redis }",
  };
  it('finds a client library through the files that a door re-exports', () => {
    expect(clientsNamed('/d/index.d.ts', (path) => tree[path])).toEqual(['/d/a.d.ts: ioredis']);
  });
  it('finds a client library in an import type', () => {
    expect(
      clientsNamed('/x.d.ts', (path) =>
        path === '/x.d.ts' ? "export declare const p: import('pg').Pool;" : undefined,
      ),
    ).toEqual(['/x.d.ts: pg']);
  });
});

describe('errors', () => {
  const sources = [
    { path: 'libs/x/src/core/x.errors.ts', text: "const a = 'x.one';" },
    { path: 'libs/x/src/core/y.ts', text: "throw new DmitryError(\n  'x.two', 'm'); const not = 'x.other';" },
  ];
  it('takes codes from errors files and from thrown faults only', () => {
    expect([...raised(sources).keys()]).toEqual(['x.one', 'x.two']);
  });
  it('holds code, table and pages to the same set', () => {
    expect(errorFaults(raised(sources), ['x.one', 'x.two'], ['x.one', 'x.two'], "'x.one' 'x.two'")).toEqual([]);
    expect(errorFaults(raised(sources), ['x.one', 'x.old'], ['x.one', 'x.older'], "'x.one' 'x.two'")).toHaveLength(4);
  });
  it('keeps what people wrote below the generated part of a page', () => {
    const problem = { status: 409, title: 'T', remedy: 'R' };
    const first = page('x.one', problem, '');
    const again = page('x.one', { ...problem, title: 'New' }, `${first}\nAn example.\n`);
    expect(again).toContain('**New**');
    expect(again.trim().endsWith('An example.')).toBe(true);
    expect(page('x.one', { ...problem, title: 'New' }, again)).toBe(again);
  });
});

describe('hygiene', () => {
  it.each([
    ['a.md', ['see /ho', 'me/somebody/x'].join('')],
    ['a.yml', ['https://regi', 'stry.npmjs.org/x'].join('')],
    ['a.spec.ts', ['it.sk', "ip('x', () => {});"].join('')],
    ['a.ts', ['// TO', 'DO later'].join('')],
    ['a.ts', ['// @ts-ig', 'nore'].join('')],
    ['a.ts', ['// oxlint-dis', 'able-next-line no-console'].join('')],
  ])('finds in %s: %s', (path, line) => {
    expect(hygieneFaults(path, `fine\n${line}\n`)).toEqual([expect.stringMatching(/:2: /)]);
  });
  it('accepts a rule switched off with a reason, and a work path of a URL', () => {
    const line = ['// oxlint-dis', 'able-next-line no-console -- the command line prints'].join('');
    expect(hygieneFaults('a.ts', line)).toEqual([]);
    expect(hygieneFaults('a.md', 'https://example.org/work/x and docs/home/x')).toEqual([]);
  });
});

describe('links', () => {
  it('finds a relative link that leads nowhere, not one in code or to the web', () => {
    const text = '[a](b.md) [c](../d.md#x) [e](https://x.org) `[f](g.md)`\n```\n[h](i.md)\n```\n';
    expect(linkFaults('docs/x.md', text, (path) => path === 'docs/b.md')).toEqual([
      'docs/x.md: the link to ../d.md leads nowhere',
    ]);
  });
});

describe('projects', () => {
  const arrows = { libraries: { kit: { type: 'kit', may: [] } } };
  const project = (area, name, tags) => ({ area, name, path: `${area}/${name}`, manifest: { nx: { tags } } });
  it.each([
    [project('libs', 'kit', ['type:kit', 'scope:kit']), 0],
    [project('libs', 'kit', []), 1],
    [project('libs', 'kit', ['type:capability', 'scope:kit']), 1],
    [project('libs', 'attic', ['type:capability', 'scope:attic']), 1],
    [project('apps', 'gateway', ['type:app', 'scope:gateway']), 0],
    [project('apps', 'gateway', ['type:host', 'scope:gateway']), 1],
    [project('apps', 'gateway-e2e', ['type:app', 'scope:gateway']), 1],
  ])('judges the tags of %j', (subject, count) => {
    expect(tagFaults(subject, arrows)).toHaveLength(count);
  });
});

describe('workflow', () => {
  const job = (steps) => ({ permissions: { contents: 'read' }, jobs: { a: { 'timeout-minutes': 5, steps } } });
  it('finds an action by tag, a command of its own and wide rights', () => {
    expect(
      workflowFaults('w', job([{ uses: 'actions/checkout@v4' }, { run: 'npm run x' }]), ['npm run y']),
    ).toHaveLength(2);
    expect(workflowFaults('w', { ...job([]), permissions: 'write-all' }, [])).toHaveLength(1);
    expect(workflowFaults('w', job([{ uses: `a/b@${'0'.repeat(40)}` }, { run: 'npm run y' }]), ['npm run y'])).toEqual(
      [],
    );
  });
});

describe('scripts', () => {
  it('finds a script that would not work on a bare clone', () => {
    const scripts = { prepare: 'x', prea: 'node tools/bootstrap.mjs && x', a: 'x', b: 'x' };
    expect(scriptFaults(scripts)).toEqual([expect.stringContaining('the script b needs a preb')]);
  });
});

describe('sizes', () => {
  it('counts functions with their lines, methods and arrows included', () => {
    const text = 'function a() {\n  return 1;\n}\nclass B {\n  c() { return () => 2; }\n}\n';
    expect(functionsOf(text).map(({ name, lines }) => [name, lines])).toEqual([
      ['a', 3],
      ['c', 1],
      ['anonymous', 1],
    ]);
  });
  it('takes quantiles by nearest rank', () => {
    expect([quantile([1, 2, 3, 4], 0.5), quantile([1, 2, 3, 4], 0.9), quantile([], 0.5)]).toEqual([2, 4, 0]);
  });
});

describe('the map of the README', () => {
  it('stands between its markers and leaves the rest alone', () => {
    const readme = 'a\n<!-- map: generated by `npm run generate` -->\nold\n<!-- end of map -->\nb\n';
    const out = withMap(readme, [{ path: 'libs/nowhere', manifest: { description: 'What' } }]);
    expect(out).toMatch(/^a\n[\s\S]+\| \[libs\/nowhere\]\(libs\/nowhere\) \| What \|[\s\S]+b\n$/);
    expect(out).not.toContain('old');
  });
});
