/** The texts of a walk: plain ones, keys, and JSON kept as text, which is walked by its structure first. */
import { parseJsonText } from './json-text.ts'
import type { Hit } from './scan.ts'
import { sanitizeText, type TextRules } from './text.ts'

/** Something that was found, and where. It never carries what was found. */
export type Finding = {
  readonly rule: string
  /** A JSON pointer (RFC 6901) to the string, in the sanitized value; '' for a bare string. A key is found at its member. */
  readonly path: string
  /** [start, end) in UTF-16 code units of the string that was given. */
  readonly span: readonly [start: number, end: number]
}

/** One round over a value. */
export type Walk = TextRules & {
  readonly findings: Finding[]
  readonly injection: Finding[]
  /** How many texts, numbers and keys this round has changed. */
  readonly changes: { count: number }
  /** Short texts in which nothing was found: resources repeat their words. */
  readonly clean: Set<string>
  /** Handed in, since the walk of values walks texts. */
  readonly walkValue: (walk: Walk, value: unknown, place: Place) => unknown
}

/** Where the walk is. */
export type Place = {
  readonly path: string
  /** Whether the objects here are Secrets, as the items of a SecretList are. */
  readonly secret: boolean
}

/** A text that stands at `path`. */
export function walkText(walk: Walk, text: string, path: string): string {
  const json = parseJsonText(text)
  if (!json) return walkPlainText(walk, text, path)
  const inner: Walk = { ...walk, findings: [], injection: [] }
  const before = walk.changes.count
  const value = walk.walkValue(inner, json.value, { path: '', secret: false })
  // Inside the text there is no pointer to follow, so what was found in it spans it whole.
  const whole = ({ rule }: Finding): Finding => ({ rule, path, span: [0, text.length] })
  walk.findings.push(...inner.findings.map(whole))
  walk.injection.push(...inner.injection.map(whole))
  const isChanged = walk.changes.count > before
  return walkSpelling(walk, { text: isChanged ? json.write(value) : text, value, write: json.write, path })
}

/**
 * What the structure did not show, such as a member behind another of the same name. JSON stays JSON: where a mask would
 * break it, it is written anew from what the structure did show.
 */
function walkSpelling(
  walk: Walk,
  { text, value, write, path }: { text: string; value: unknown; write: (value: unknown) => string; path: string },
): string {
  const { text: safe, hits, injection } = sanitizeText(text, walk)
  const known = new Set(walk.injection.filter((it) => it.path === path).map(({ rule }) => rule))
  const more = injection.filter(({ rule }) => !known.has(rule))
  walk.injection.push(...more.map(({ rule }) => ({ rule, path, span: [0, text.length] as const })))
  if (safe === text) return text
  const result = parseJsonText(safe) ? safe : write(value)
  if (result === text) return text
  walk.findings.push(...hits.map(({ rule }) => ({ rule, path, span: [0, text.length] as const })))
  walk.changes.count++
  return result
}

function walkPlainText(walk: Walk, text: string, path: string): string {
  return walkWords(walk, text, () => path)
}

function walkWords(walk: Walk, text: string, pathOf: (safe: string) => string): string {
  if (isPlainWord(text) || walk.clean.has(text)) return text
  const { text: safe, hits, injection } = sanitizeText(text, walk)
  walk.findings.push(...hits.map((hit) => finding(hit, pathOf(safe))))
  walk.injection.push(...injection.map((hit) => finding(hit, pathOf(safe))))
  if (safe !== text) walk.changes.count++
  else if (hits.length + injection.length === 0 && isWorthKeeping(walk.clean, text)) walk.clean.add(text)
  return safe
}

/** Most of what objects hold: a few letters, in which no secret and no order fits. */
function isPlainWord(text: string): boolean {
  if (text.length > WORD_LENGTH_MAX) return false
  for (let at = 0; at < text.length; at++) {
    // As a small letter.
    const code = text.charCodeAt(at) | 0x20
    if (code < 0x61 || code > 0x7a) return false
  }
  return true
}

const WORD_LENGTH_MAX = 15 // the shortest token of letters alone has 20

function isWorthKeeping(clean: ReadonlySet<string>, text: string): boolean {
  return text.length <= CLEAN_LENGTH_MAX && clean.size < CLEAN_COUNT_MAX
}

const CLEAN_LENGTH_MAX = 80 // names, images and keys; longer texts seldom repeat
const CLEAN_COUNT_MAX = 20_000 // about 3 MB

/** A key can be a secret too; the pointer to it must not tell. */
export function walkKey(walk: Walk, key: string, path: string): string {
  return walkWords(walk, key, (safe) => `${path}/${pointerToken(safe)}`)
}

function finding({ rule, span }: Hit, path: string): Finding {
  return { rule, path, span }
}

/** A key as a part of a JSON pointer (RFC 6901 §3). */
export function pointerToken(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}
