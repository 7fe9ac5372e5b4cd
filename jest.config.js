import { readdirSync, existsSync } from 'node:fs';

const areas = ['libs', 'apps', 'tools'].filter((area) => existsSync(new URL(area, import.meta.url)));
const projects = areas.flatMap((area) =>
  readdirSync(new URL(area, import.meta.url), { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && existsSync(new URL(`${area}/${entry.name}/jest.config.js`, import.meta.url)),
    )
    .map((entry) => `<rootDir>/${area}/${entry.name}`),
);

// The timeout guards against what hangs and measures nothing: machines are shared, and many specs open databases.
// Jest takes it from here alone, not from a project.
export default { projects, testTimeout: 30_000 };
