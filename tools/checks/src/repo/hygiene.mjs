// What must never be committed: a machine's paths, a registry's host, tests that do not run, left-overs.
import { files, readText } from '../workspace.mjs';

export const title = 'no machine paths, registry hosts, skipped or focused tests, or left-overs in tracked files';

const BINARY = /\.(gz|png|wasm|ico|zip)$/;
const SELF = 'tools/checks/src/repo/hygiene';

/** Each: what it is, which files, what it looks like. */
const RULES = [
  {
    what: 'a path of one machine',
    files: /./,
    pattern: /(?<![\w.$}])\/(?:home|Users|root|work|private\/var|tmp)\/[a-zA-Z0-9._-]+/,
  },
  {
    what: 'a registry or mirror host',
    files: /./,
    pattern: /https?:\/\/[a-z0-9.-]*(?:registry|mirror|artifact|npmmirror)[a-z0-9.-]*/i,
    except: /registry\.(example|test|k8s\.io)/,
  },
  {
    what: 'a test that does not run',
    files: /(spec|contract)\.(ts|mjs)$/,
    pattern: /\b(?:it|test|describe)\.(?:skip|only|todo|failing)\s*\(|\bx(?:it|describe|test)\(|\bf(?:it|describe)\(/,
  },
  { what: 'an expectation of nothing', files: /(spec|contract)\.(ts|mjs)$/, pattern: /expect\(true\)\.toBe\(true\)/ },
  {
    what: 'a left-over without an issue number',
    files: /\.(ts|mjs|js|sh|yml|yaml)$/,
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))/,
  },
  {
    what: 'a lint rule switched off without a reason',
    files: /\.(ts|mjs)$/,
    pattern: /(?:oxlint|eslint)-disable(?:-next-line|-line)?(?!.* -- \S)/,
  },
  {
    what: 'what looks like a secret (fixtures of the sanitizer are exempt; elsewhere say EXAMPLE in it)',
    files: /^(?!libs\/sanitizer\/)/,
    pattern:
      /\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[baprs]-[A-Za-z0-9-]{20,}|AIza[A-Za-z0-9_-]{35})\b|-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    except: /EXAMPLE/,
  },
  { what: 'a type check switched off', files: /\.ts$/, pattern: /@ts-(?:ignore|nocheck)/ },
];

/** @param {string} path @param {string} text @returns {string[]} */
export function hygieneFaults(path, text) {
  const rules = RULES.filter((rule) => rule.files.test(path));
  return text
    .split('\n')
    .flatMap((line, index) =>
      rules
        .filter(({ pattern, except }) => pattern.test(line) && !except?.test(line))
        .map(({ what }) => `${path}:${index + 1}: ${what}`),
    );
}

export function check() {
  return files()
    .filter(
      (path) =>
        !BINARY.test(path) && path !== 'package-lock.json' && !path.startsWith(SELF) && !path.startsWith('.ci/hooks'),
    )
    .flatMap((path) => hygieneFaults(path, readText(path)));
}
