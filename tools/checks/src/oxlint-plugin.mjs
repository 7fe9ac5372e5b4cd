// Rules of this house that no published oxlint rule expresses: where rooms may reach, and who may read the clock.
// Loaded by .oxlintrc.json; every rule has a canary in tools/checks/src/canaries.mjs that must fail.
import { roomFault, whereIs } from './rooms.mjs';

const IMPORTS = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression'];

const rooms = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const place = whereIs(context.filename);
    if (!place) return {};
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') return;
      const message = roomFault(place, specifier);
      if (message) context.report({ node: node.source, message });
    };
    return Object.fromEntries(IMPORTS.map((type) => [type, check]));
  },
};

/** `new Date()` and `Date()` read the clock; `new Date(value)` only converts. */
const noClock = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const message = 'Core does not read the clock: take the time from the Clock port of @dmitry/kit.';
    const isDate = (node) => node.callee.type === 'Identifier' && node.callee.name === 'Date';
    return {
      NewExpression(node) {
        if (isDate(node) && node.arguments.length === 0) context.report({ node, message });
      },
      CallExpression(node) {
        if (isDate(node)) context.report({ node, message });
      },
    };
  },
};

/** A barrel is a list a reader can check: every name stands there, and types say that they are types. */
const explicitBarrel = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    return {
      ExportAllDeclaration(node) {
        context.report({ node, message: 'A door lists its names one by one: no `export *`.' });
      },
      ExportDefaultDeclaration(node) {
        context.report({ node, message: 'A door has named exports only.' });
      },
    };
  },
};

export default {
  meta: { name: 'dmitry' },
  rules: { rooms, 'no-clock': noClock, 'explicit-barrel': explicitBarrel },
};
