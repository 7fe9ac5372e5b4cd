// An Nx plugin that gives every project the targets its files call for, so that no package.json repeats them
// and `nx affected` runs the tiers apart: lint, test (unit, contract, README), property, integration, e2e.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const JEST = 'node --experimental-vm-modules --disable-warning=ExperimentalWarning ../../node_modules/jest/bin/jest.js';

/** Tier → which spec files belong to it; `test` is what no other tier claims. */
export const TIERS = {
  property: /prop-spec\.ts$/,
  integration: /int-spec\.ts$/,
  e2e: /e2e-spec\.ts$/,
};

/** @param {string} file a path @returns {'test' | 'property' | 'integration' | 'e2e' | undefined} */
export function tierOf(file) {
  for (const [tier, pattern] of Object.entries(TIERS)) if (pattern.test(file)) return tier;
  return /(\.spec\.(ts|mjs)|-spec\.ts|README\.md)$/.test(file) ? 'test' : undefined;
}

/** @param {string} folder */
function specs(folder) {
  return ['src', 'test']
    .filter((name) => existsSync(join(folder, name)))
    .flatMap((name) => readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }))
    .filter((file) => tierOf(file));
}

function jestTarget(tier) {
  const others = Object.values(TIERS).map((pattern) => `'${pattern.source}'`);
  const choice =
    tier === 'test' ? `--testPathIgnorePatterns ${others.join(' ')}` : `--testPathPatterns '${TIERS[tier].source}'`;
  return {
    executor: 'nx:run-commands',
    // a real service is an input that no hash sees: those tiers are never answered from the cache
    cache: tier === 'test' || tier === 'property',
    inputs: ['default', '^production', '{workspaceRoot}/jest.preset.js', '{workspaceRoot}/tools/jest/**/*'],
    options: { cwd: '{projectRoot}', command: `${JEST} ${choice}` },
  };
}

const LINT = {
  executor: 'nx:run-commands',
  cache: true,
  inputs: ['default', '^production', '{workspaceRoot}/.oxlintrc.json', '{workspaceRoot}/tools/checks/src/**/*'],
  options: { command: 'node tools/checks/src/lint.mjs {projectRoot}' },
};

/** @param {string} workspaceRoot @param {string} project folder below it */
export function targetsOf(workspaceRoot, project) {
  const folder = join(workspaceRoot, project);
  const targets = { lint: LINT };
  if (!existsSync(join(folder, 'jest.config.js'))) return targets;
  const found = specs(folder);
  const tiers = new Set(found.map((file) => tierOf(file)));
  if (existsSync(join(folder, 'README.md'))) tiers.add('test');
  for (const tier of ['test', ...Object.keys(TIERS)]) if (tiers.has(tier)) targets[tier] = jestTarget(tier);
  return targets;
}

export const name = 'dmitry-targets';

/** Nx calls this with every package.json below the three areas. */
export const createNodesV2 = [
  '{apps,libs,tools}/*/package.json',
  (manifests, _options, context) =>
    manifests.map((manifest) => {
      const project = dirname(manifest);
      return [
        manifest,
        { projects: { [project]: { root: project, targets: targetsOf(context.workspaceRoot, project) } } },
      ];
    }),
];
