import {
  Action,
  canonicalJson,
  type CatalogueEntry,
  type DecisionReason,
  entityKey,
  parseWith,
} from '@dmitry/contracts';
import { impactAtLeast } from './catalogue.ts';
import type { GatePolicy } from './gate-policy.schema.ts';
import { reason } from './reasons.ts';

/** Largest canonical parameters, in UTF-16 code units: an approver must be able to read them whole. */
export const MAX_PARAMS_LENGTH = 8_192;

/** Words that models and forms put where a target should stand. */
const NO_TARGET = new Set(['unknown', 'none', 'null', 'undefined', 'n/a', 'any', '*', 'all', 'tbd']);
const PLACEHOLDER = /\$\{[^}]{0,200}\}|\{\{[^}]{0,200}\}\}|<[A-Z_]{2,64}>/;

/** Everything that is wrong with the action itself, whatever the evidence. */
export function actionFaults(
  action: Action,
  entry: CatalogueEntry | undefined,
  policy: GatePolicy,
  requestedBy: string,
): DecisionReason[] {
  if (!entry)
    return [
      reason(
        'gate.unknown_action_type',
        `Action '${printable(action.action_type)}' is not allow-listed; use a type of the catalogue.`,
      ),
    ];
  const parsed = parseWith(Action, action);
  if (!parsed.ok) {
    const first = parsed.faults[0];
    return [
      reason(
        'gate.action_invalid',
        `The action is not a resolved action: ${first?.pointer ?? ''} ${first?.message ?? ''}`.trim(),
      ),
    ];
  }
  return [...targetFaults(action, entry, policy, requestedBy), ...paramFaults(action)];
}

const printable = (value: unknown): string => String(value).slice(0, 64);

function targetFaults(
  action: Action,
  entry: CatalogueEntry,
  policy: GatePolicy,
  requestedBy: string,
): DecisionReason[] {
  const id = action.target.id.trim();
  if (id === '' || id !== action.target.id || NO_TARGET.has(id.toLowerCase())) {
    return [reason('gate.target_missing', 'Target entity must be specified: its type and its exact id.')];
  }
  const faults: DecisionReason[] = [];
  const types = policy.target_types.find((rule) => rule.action_type === action.action_type)?.types;
  if (types && !types.includes(action.target.type)) {
    faults.push(
      reason('gate.target_type', `${action.action_type} does not apply to a target of type ${action.target.type}.`),
    );
  }
  if (!impactAtLeast(entry.impact, 'medium')) return faults;
  const key = foldedKey(action.target);
  if (policy.protected_targets.some((target) => foldedKey(target) === key)) {
    faults.push(
      reason(
        'gate.protected_target',
        'The target is one of the systems that defend this deployment; act on it by hand.',
      ),
    );
  }
  if (id.toLowerCase() === requestedBy.toLowerCase()) {
    faults.push(
      reason('gate.self_target', 'Nobody requests an action of this impact against themselves; somebody else must.'),
    );
  }
  return faults;
}

// Case and compatibility forms are folded: `Dmitry` and a full-width `ｄｍｉｔｒｙ` are the same service to whoever executes.
const foldedKey = (target: Action['target']): string => entityKey(target).normalize('NFKC').toLowerCase();

function paramFaults(action: Action): DecisionReason[] {
  let canonical: string;
  try {
    canonical = canonicalJson(action);
    if (!isDeepPlain(action.params)) throw new TypeError('not plain JSON');
  } catch {
    return [
      reason(
        'gate.params_not_canonical',
        'The action has no canonical JSON form (RFC 8785), so nobody could approve exactly it.',
      ),
    ];
  }
  const faults: DecisionReason[] = [];
  if (canonical.length > MAX_PARAMS_LENGTH) {
    faults.push(
      reason(
        'gate.params_too_large',
        `The action's canonical form is longer than ${MAX_PARAMS_LENGTH}; shorten its parameters.`,
      ),
    );
  }
  if (PLACEHOLDER.test(canonical)) {
    faults.push(
      reason('gate.action_unresolved', 'The action still holds a placeholder; fill in every parameter first.'),
    );
  }
  return faults;
}

/** What survives a round trip through JSON unchanged: `undefined`, dates and class instances would be executed as something else. */
function isDeepPlain(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isDeepPlain);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isDeepPlain);
}

/** The action with its parameters brought under the policy's ceilings, or null when none is exceeded. */
export function withinLimits(
  action: Action,
  policy: GatePolicy,
): { readonly action: Action; readonly reasons: DecisionReason[] } | null {
  const params: Record<string, unknown> = { ...action.params };
  const reasons: DecisionReason[] = [];
  for (const { action_type, param, max } of policy.param_limits) {
    const value = params[param];
    if (action_type !== action.action_type || typeof value !== 'number' || value <= max) continue;
    params[param] = max;
    reasons.push(reason('gate.param_limit', `${param} is at most ${max} for ${action_type}; ${value} was asked for.`));
  }
  return reasons.length > 0 ? { action: { ...action, params }, reasons } : null;
}
