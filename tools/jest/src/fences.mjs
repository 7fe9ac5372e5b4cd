// The runnable fences of a README: ```ts test name="what it shows"``` (style.md 26).

const FENCE = /^```ts test name="([^"\n]+)"[^\n]*\n([\s\S]*?)^```\s*$/gm;
const IMPORT = /^import\s+(?:(type\s)?([^'";]*?)\s+from\s+)?['"]([^'"]+)['"];?[^\S\n]*$/gm;

/**
 * @typedef {{name: string, code: string, line: number}} Fence
 * @param {string} markdown
 * @returns {Fence[]} `line` is the 1-based line of the fence's first code line
 */
export function fencesOf(markdown) {
  return [...markdown.matchAll(FENCE)].map((match) => ({
    name: match[1],
    code: match[2],
    line: markdown.slice(0, match.index).split('\n').length + 1,
  }));
}

/** `{ a, type B, c as d }` → `{ a, c: d }`, as a destructuring pattern; undefined when only types are left. */
function pattern(names) {
  const kept = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name && !name.startsWith('type '))
    .map((name) => name.replace(/\s+as\s+/, ': '));
  return kept.length > 0 ? `{ ${kept.join(', ')} }` : undefined;
}

/** One static import as statements inside a function, on as few lines as it had. */
function dynamic(clause, from) {
  const load = `await import(${JSON.stringify(from)})`;
  if (!clause) return `${load};`;
  const named = /\{([\s\S]*)\}/.exec(clause);
  const all = /\*\s+as\s+([\w$]+)/.exec(clause);
  const byDefault = /^([\w$]+)/.exec(clause);
  const out = [];
  if (named) out.push(pattern(named[1]));
  if (all) out.push(all[1]);
  if (byDefault) out.push(`{ default: ${byDefault[1]} }`);
  return out
    .filter(Boolean)
    .map((target) => `const ${target} = ${load};`)
    .join(' ');
}

/**
 * Static imports become dynamic ones inside the test, so that two fences may import the same name.
 * Lines are kept, so that a failure points at the README's own line.
 * @param {string} code
 */
export function hoistless(code) {
  return code.replace(IMPORT, (whole, type, clause, from) => {
    const lines = '\n'.repeat(whole.split('\n').length - 1);
    return (type ? '' : dynamic(clause, from)) + lines;
  });
}

/**
 * @param {string} markdown @param {string} title what to call the README in messages
 * @returns {string} a TypeScript test module
 */
export function testModule(markdown, title) {
  const fences = fencesOf(markdown);
  if (fences.length === 0) {
    const message = `${title} shows no usage that runs: add a fence that starts with \`\`\`ts test name="…"`;
    return `test(${JSON.stringify(`${title} has a runnable fence`)}, () => { throw new Error(${JSON.stringify(message)}); });\n`;
  }
  let out = '';
  for (const fence of fences) {
    out += '\n'.repeat(Math.max(0, fence.line - 2 - (out.split('\n').length - 1)));
    out += `test(${JSON.stringify(fence.name)}, async () => {\n${hoistless(fence.code)}});\n`;
  }
  return out;
}
