// Writes .oxlintrc.json from lint-config.mjs and the table of arrows; with --check it only compares.
import { generated } from './generated.mjs';
import { lintConfig } from './lint-config.mjs';
import { readJson } from './workspace.mjs';

const config = lintConfig(readJson('tools/workspace-plugin/arrows.json'));
await generated('.oxlintrc.json', JSON.stringify(config), 'node tools/checks/src/sync-lint.mjs');
