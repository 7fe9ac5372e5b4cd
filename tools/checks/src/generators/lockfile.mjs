// The workspace's own entries of package-lock.json. Third-party entries stay what `npm install` wrote.
import { withEntries, workspaceEntries } from '../lock-entries.mjs';
import { projects, readJson } from '../workspace.mjs';

export function outputs() {
  const lock = withEntries(readJson('package-lock.json'), workspaceEntries(readJson('package.json'), projects()));
  return [['package-lock.json', `${JSON.stringify(lock, null, 2)}\n`]];
}
