// .oxlintrc.json from lint-config.mjs and the table of arrows: JSON cannot import.
import { lintConfig } from '../lint-config.mjs';
import { readJson } from '../workspace.mjs';

export function outputs() {
  return [['.oxlintrc.json', JSON.stringify(lintConfig(readJson('tools/workspace-plugin/arrows.json')))]];
}
