// Builds the verifier as one HTML file without a network: `npm run verifier-page` writes dist/verify.html,
// with --print it goes to standard output.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const here = dirname(fileURLToPath(import.meta.url));
const at = (name) => join(here, name);

/** The pure core for browsers, as one classic script. @returns {Promise<string>} */
async function bundleScript() {
  const build = await rolldown({
    input: at('page.mjs'),
    platform: 'browser',
    resolve: {
      conditionNames: ['@dmitry/source', 'import', 'default'],
      alias: { 'node:crypto': at('browser-crypto.mjs'), 'node:async_hooks': at('browser-async-hooks.mjs') },
    },
    transform: { inject: { Buffer: [at('browser-buffer.mjs'), 'Buffer'] } },
    onLog(level, log) {
      // An import that cannot be resolved would be a global at run time.
      if (level === 'warn') throw new Error(log.message);
    },
  });
  try {
    const { output } = await build.generate({ format: 'iife', minify: true });
    return output[0].code.replaceAll('</script', String.raw`<\/script`);
  } finally {
    await build.close();
  }
}

const sha256 = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** @returns {Promise<string>} the page; its policy allows exactly the script and the style that stand in it, and no connection */
async function buildVerifierPage() {
  const [template, style, script] = await Promise.all([
    readFile(at('page.html'), 'utf8'),
    readFile(at('page.css'), 'utf8'),
    bundleScript(),
  ]);
  // The elements are written here: a formatter's white space inside them would change what the hashes are over.
  return template
    .replace('%STYLE_HASH%', sha256(style))
    .replace('%SCRIPT_HASH%', sha256(script))
    .replace('<!-- style -->', () => `<style>${style}</style>`)
    .replace('<!-- script -->', () => `<script>${script}</script>`);
}

const page = await buildVerifierPage();
if (process.argv[2] === '--print') process.stdout.write(page);
else {
  const target = join(dirname(here), 'dist', 'verify.html');
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, page);
  process.stdout.write(`${target} (${page.length} bytes)\n`);
}
