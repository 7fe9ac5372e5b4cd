// npm run check:repo: every repository check, each a small module in repo/ that answers with a list of faults.
// `npm run check:repo -- NAME…` runs some of them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'repo');
const wanted = process.argv.slice(2);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs') && !file.endsWith('.spec.mjs'))
  .map((file) => file.slice(0, -4))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .sort();

let passed = 0;
let failed = 0;
for (const name of names) {
  const { title, check } = await import(join(folder, `${name}.mjs`));
  const faults = await check();
  if (faults.length === 0) passed += 1;
  else failed += 1;
  process.stdout.write(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${title}\n`);
  for (const fault of faults) process.stdout.write(`       ${fault}\n`);
}
process.stdout.write(`${passed} passed, ${failed} failed, 0 skipped\n`);
process.exitCode = failed > 0 || names.length === 0 ? 1 : 0;
