// Every door that a package promises is there after the build, and leads into the room it names.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projects, root } from '../workspace.mjs';

export const title = 'every exports target exists after the build, one per room, without wildcards';

/** @param {{path: string, manifest: any}} project @param {(path: string) => boolean} exists */
export function doorFaults({ path, manifest }, exists) {
  const faults = [];
  for (const [door, target] of Object.entries(manifest.exports ?? {})) {
    if (door.includes('*')) faults.push(`${path}: the door ${door} is a wildcard; name each door`);
    const targets = typeof target === 'string' ? [target] : Object.values(target);
    for (const file of targets)
      if (!exists(join(path, file))) faults.push(`${path}: the door ${door} leads to ${file}, which is not there`);
  }
  return faults;
}

export function check() {
  return projects().flatMap((project) => {
    const missing = project.area === 'libs' && !project.manifest.exports ? [`${project.path}: has no exports`] : [];
    return [...missing, ...doorFaults(project, (file) => existsSync(join(root, file)))];
  });
}
