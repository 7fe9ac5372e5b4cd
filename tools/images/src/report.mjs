// What was checked, one line each, and the count at the end.

/** @typedef {ReturnType<typeof createReport>} Report */

/** @param {(text: string) => void} print @param {{require?: boolean}} [options] require: what is not checked has failed */
export function createReport(print, { require = false } = {}) {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  return {
    say: (/** @type {string} */ text) => print(`     ${text}\n`),
    /** @param {string} name @param {boolean} holds @param {string} [seen] */
    check(name, holds, seen = '') {
      if (holds) passed += 1;
      else failed += 1;
      print(`${holds ? 'ok  ' : 'FAIL'} ${name}${seen === '' ? '' : ` (${seen})`}\n`);
    },
    /** @param {string} name @param {string} why */
    skip(name, why) {
      if (require) failed += 1;
      else skipped += 1;
      print(`NOT CHECKED ${name}: ${why}\n`);
    },
    /** @returns {number} exit code */
    end() {
      print(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
      return failed > 0 ? 1 : 0;
    },
  };
}
