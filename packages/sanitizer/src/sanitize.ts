/**
 * Walks a JSON value and replaces its secrets: known by structure first, by pattern second. It keeps nothing between
 * calls. When anything fails, the whole value is withheld.
 */
import { createPlaceholders } from './placeholder.ts'
import type { Rule } from './rule.ts'
import { allRules } from './rules/all.ts'
import { RuleFault } from './scan.ts'
import { walkValue } from './walk.ts'
import type { Finding, Place, Walk } from './walk-text.ts'

/** The value without its secrets, and what was found in it. */
export type SanitizeResult<T> = {
  readonly value: T
  /** Secrets, each replaced. */
  readonly findings: readonly Finding[]
  /** Text that gives orders to a model. Words are left as they are; forged delimiters and links are `<injection:RULE>`. */
  readonly injection: readonly Finding[]
}

/**
 * Replaces every secret in a JSON value with a stable placeholder.
 *
 * @param value   any JSON value; left unchanged
 * @param options `pii: true` masks personal data too
 * @returns       `value` in the same shape, and findings in the order of the walk; equal secrets have equal numbers
 * @throws        nothing; a rule that fails withholds the whole value: it is the text `<withheld: …>` then
 * @example       sanitize({ password: 'hunter2' }).value // { password: '<secret:credential:1>' }
 */
export function sanitize<T>(value: T, options: { pii?: boolean } = {}): SanitizeResult<T> {
  return sanitizeWith(allRules, value, options)
}

/** The same with other rules, for tests. */
export function sanitizeWith<T>(
  rules: readonly Rule[],
  value: T,
  { pii = false }: { pii?: boolean } = {},
): SanitizeResult<T> {
  const walk: Walk = {
    rules: pii ? rules : withoutPii(rules),
    placeholders: createPlaceholders(),
    findings: [],
    injection: [],
    changes: { count: 0 },
    clean: new Set(),
    walkValue,
  }
  try {
    const result = walkUntilStill(walk, value) as T
    return { value: result, findings: walk.findings, injection: walk.injection }
  } catch (fault) {
    return withheld(fault)
  }
}

/** Kept for each list of rules, so that what is prepared for the list is prepared once. */
function withoutPii(rules: readonly Rule[]): readonly Rule[] {
  const known = secretsOnly.get(rules) ?? rules.filter((rule) => !rule.pii)
  secretsOnly.set(rules, known)
  return known
}

const secretsOnly = new WeakMap<readonly Rule[], readonly Rule[]>()

/** One walk may uncover what the next one finds: a name without its invisible letters, neighbours brought together. */
function walkUntilStill(walk: Walk, value: unknown): unknown {
  const root: Place = { path: '', secret: false }
  let result = walkValue(walk, value, root)
  for (let round = 1; walk.changes.count > 0; round++) {
    if (round === ROUNDS_MAX) throw new RuleFault('fixpoint')
    walk.changes.count = 0
    // What gives orders to a model was flagged in the first round, in the text as it was given.
    result = walkValue({ ...walk, injection: [] }, result, root)
  }
  return result
}

const ROUNDS_MAX = 8

/** Says which rule failed, not with what message: that might quote the secret. */
function withheld<T>(fault: unknown): SanitizeResult<T> {
  const rule = fault instanceof RuleFault ? fault.rule : 'walk'
  const text = `<withheld: rule ${rule} of the sanitizer failed, so nothing is shown; report it with the tool and its arguments>`
  return { value: text as T, findings: [{ rule, path: '', span: [0, 0] }], injection: [] }
}
