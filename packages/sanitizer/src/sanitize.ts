/**
 * Walks a JSON value and replaces its secrets: known by structure first, by pattern second. It keeps nothing between
 * calls. When anything fails, the whole value is withheld.
 */
import { isReadableCopy, isSecretObject, LAST_APPLIED, treatItem, treatMember, type Treatment } from './structure.ts'
import { parseJsonText } from './json-text.ts'
import { createPlaceholders, isPlaceholder } from './placeholder.ts'
import type { Rule } from './rule.ts'
import { allRules } from './rules/all.ts'
import { RuleFault, type Hit } from './scan.ts'
import { stripInvisible } from './shadow.ts'
import { sanitizeText, type TextRules } from './text.ts'

/** Something that was found, and where. It never carries what was found. */
export type Finding = {
  readonly rule: string
  /** A JSON pointer (RFC 6901) to the string, in the sanitized value; '' for a bare string. A key is found at its member. */
  readonly path: string
  /** [start, end) in UTF-16 code units of the string that was given. */
  readonly span: readonly [start: number, end: number]
}

/** The value without its secrets, and what was found in it. */
export type SanitizeResult<T> = {
  readonly value: T
  /** Secrets, each replaced. */
  readonly findings: readonly Finding[]
  /** Text that gives orders to a model; flagged, and left as it is. */
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

type Walk = TextRules & {
  readonly findings: Finding[]
  readonly injection: Finding[]
  /** How many texts, numbers and keys this round has changed. */
  readonly changes: { count: number }
  /** Short texts in which nothing was found: resources repeat their words. */
  readonly clean: Set<string>
}
type Place = {
  readonly path: string
  /** Whether the objects here are Secrets, as the items of a SecretList are. */
  readonly secret: boolean
}

/** Says which rule failed, not with what message: that might quote the secret. */
function withheld<T>(fault: unknown): SanitizeResult<T> {
  const rule = fault instanceof RuleFault ? fault.rule : 'walk'
  const text = `<withheld: rule ${rule} of the sanitizer failed, so nothing is shown; report it with the tool and its arguments>`
  return { value: text as T, findings: [{ rule, path: '', span: [0, 0] }], injection: [] }
}

function walkValue(walk: Walk, value: unknown, place: Place): unknown {
  if (typeof value === 'string') return walkText(walk, value, place.path)
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      treat(walk, item, treatItem(value, index), { ...place, path: `${place.path}/${index}` }),
    )
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return walkValue(walk, value.toJSON(), place)
  return walkObject(walk, value as Record<string, unknown>, place)
}

function walkObject(walk: Walk, object: Record<string, unknown>, { path, secret }: Place): object {
  const isSecret = secret || isSecretObject(object)
  const members = new Map<string, unknown>()
  for (const [key, value] of Object.entries(object)) {
    const safeKey = freeKey(members, walkKey(walk, key, path))
    const inner = { path: `${path}/${pointerToken(safeKey)}`, secret: false }
    const treated = treat(walk, value, treatMember(object, key, isSecret), inner)
    members.set(safeKey, isSecret && key === 'metadata' ? withoutCopy(walk, treated, inner.path) : treated)
  }
  // fromEntries defines own members, so that a key named __proto__ stays one.
  return Object.fromEntries(members)
}

function treat(walk: Walk, value: unknown, treatment: Treatment, place: Place): unknown {
  switch (treatment.kind) {
    case 'walk':
      return walkValue(walk, value, place)
    case 'secret':
      return walkValue(walk, value, { ...place, secret: true })
    case 'mask':
      return maskAll(walk, value, { rule: treatment.rule, path: place.path })
  }
}

/** Masks every text and number in a value; keys, null and switches stay. */
function maskAll(walk: Walk, value: unknown, { rule, path }: { rule: string; path: string }): unknown {
  if (Array.isArray(value)) return value.map((item, index) => maskAll(walk, item, { rule, path: `${path}/${index}` }))
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, inner]) => {
      const safeKey = walkKey(walk, key, path)
      return [safeKey, maskAll(walk, inner, { rule, path: `${path}/${pointerToken(safeKey)}` })]
    })
    return Object.fromEntries(members)
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return value
  const text = String(value)
  if (text === '' || isPlaceholder(text)) return value
  walk.findings.push({ rule, path, span: [0, text.length] })
  walk.changes.count++
  return walk.placeholders(rule, rule === 'kube-secret' ? plainOf(text) : stripInvisible(text))
}

/** A Secret's data is base64: its plain text gets the same number as where it stands in plain. */
function plainOf(text: string): string {
  const bytes = Buffer.from(text, 'base64')
  const plain = bytes.toString('utf8')
  return bytes.toString('base64') === text && !plain.includes('\ufffd') ? plain : text
}

/** In a Secret's metadata, a last-applied copy that can't be read value by value goes whole. */
function withoutCopy(walk: Walk, metadata: unknown, path: string): unknown {
  const annotations = (metadata as { annotations?: Record<string, unknown> } | null)?.annotations
  const copy = annotations?.[LAST_APPLIED]
  if (typeof copy !== 'string' || isReadableCopy(copy)) return metadata
  const masked = maskAll(walk, copy, { rule: 'kube-secret', path: `${path}/annotations/${pointerToken(LAST_APPLIED)}` })
  return { ...(metadata as object), annotations: { ...annotations, [LAST_APPLIED]: masked } }
}

function walkText(walk: Walk, text: string, path: string): string {
  const json = parseJsonText(text)
  if (!json) return walkPlainText(walk, text, path)
  const inner: Walk = { ...walk, findings: [], injection: [] }
  const value = walkValue(inner, json.value, { path: '', secret: false })
  // Inside the text there is no pointer to follow, so what was found in it spans it whole.
  const whole = ({ rule }: Finding): Finding => ({ rule, path, span: [0, text.length] })
  walk.findings.push(...inner.findings.map(whole))
  walk.injection.push(...inner.injection.map(whole))
  const unchanged = JSON.stringify(value) === JSON.stringify(json.value)
  return walkSpelling(walk, unchanged ? text : json.write(value), path)
}

/** What the structure did not show: a member that another of the same name hides, a comment in a key. JSON stays JSON. */
function walkSpelling(walk: Walk, json: string, path: string): string {
  const { text: safe, hits } = sanitizeText(json, walk)
  if (hits.length === 0 || !parseJsonText(safe)) return json
  walk.findings.push(...hits.map(({ rule }) => ({ rule, path, span: [0, json.length] as const })))
  walk.changes.count++
  return safe
}

function walkPlainText(walk: Walk, text: string, path: string): string {
  return walkWords(walk, text, () => path)
}

function walkWords(walk: Walk, text: string, pathOf: (safe: string) => string): string {
  if (walk.clean.has(text)) return text
  const { text: safe, hits, injection } = sanitizeText(text, walk)
  walk.findings.push(...hits.map((hit) => finding(hit, pathOf(safe))))
  walk.injection.push(...injection.map((hit) => finding(hit, pathOf(safe))))
  if (safe !== text) walk.changes.count++
  else if (hits.length + injection.length === 0 && isWorthKeeping(walk.clean, text)) walk.clean.add(text)
  return safe
}

function isWorthKeeping(clean: ReadonlySet<string>, text: string): boolean {
  return text.length <= CLEAN_LENGTH_MAX && clean.size < CLEAN_COUNT_MAX
}

const CLEAN_LENGTH_MAX = 80 // names, images and keys; longer texts seldom repeat
const CLEAN_COUNT_MAX = 20_000 // about 3 MB

/** A key can be a secret too; the pointer to it must not tell. */
function walkKey(walk: Walk, key: string, path: string): string {
  return walkWords(walk, key, (safe) => `${path}/${pointerToken(safe)}`)
}

/** Two keys that differ only in what was stripped must not swallow each other. */
function freeKey(members: ReadonlyMap<string, unknown>, key: string): string {
  let free = key
  for (let copy = 2; members.has(free); copy++) free = `${key}#${copy}`
  return free
}

function finding({ rule, span }: Hit, path: string): Finding {
  return { rule, path, span }
}

function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
