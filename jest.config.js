import { readdirSync, existsSync } from 'node:fs';

const areas = ['libs', 'apps', 'tools'].filter((area) => existsSync(new URL(area, import.meta.url)));
const projects = areas.flatMap((area) =>
  readdirSync(new URL(area, import.meta.url), { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && existsSync(new URL(`${area}/${entry.name}/jest.config.js`, import.meta.url)),
    )
    .map((entry) => `<rootDir>/${area}/${entry.name}`),
);

export default { projects };
