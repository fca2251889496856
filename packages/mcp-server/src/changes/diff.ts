/**
 * What differs between two JSON values, field by field, in lines a person can approve:
 *
 *     ~ spec.replicas: 3 → 5
 *     + spec.template.spec.containers[app].env[LEVEL]: {"name":"LEVEL","value":"debug"}
 *     - metadata.labels.tier: "web"
 *
 * Items of a list that all have a name, as containers and env do, are compared by it, and by their place otherwise.
 */

import type { sanitize } from '@mcp-lab/sanitizer'

export type Compare = (before: unknown, after: unknown) => readonly string[]

/**
 * A comparison that shows no secret. The values are cleaned as they are, since a line no longer tells that it stood in a
 * Secret; what is equal gets equal placeholders, so a secret that changes still shows.
 */
export function safeDiff(clean: typeof sanitize): Compare {
  return (before, after) => {
    const { value } = clean({ before, after })
    // A sanitizer that breaks gives a text in the value's place.
    if (typeof value !== 'object') throw new TypeError(`the sanitizer withheld a difference: ${String(value)}`)
    return diff(value.before, value.after)
  }
}

/** @returns one line for each field that was added, removed or changed; none when the values are equal */
export function diff(before: unknown, after: unknown): string[] {
  return [...compared('', before, after)]
}

type Fields = Readonly<Record<string, unknown>>

function* compared(path: string, before: unknown, after: unknown): Generator<string> {
  const [old, young] = [fieldsOf(before, after), fieldsOf(after, before)]
  if (old === undefined || young === undefined) {
    const line = changed(path, before, after)
    if (line !== undefined) yield line
    return
  }
  for (const key of new Set([...Object.keys(old), ...Object.keys(young)])) {
    yield* compared(Array.isArray(after) ? `${path}[${key}]` : joined(path, key), old[key], young[key])
  }
}

/** The parts to go on with, when both values have parts of one sort. */
function fieldsOf(value: unknown, other: unknown): Fields | undefined {
  if (Array.isArray(value) && Array.isArray(other)) return byName(value, [...value, ...other])
  return isFields(value) && isFields(other) ? value : undefined
}

function byName(items: readonly unknown[], all: readonly unknown[]): Fields {
  const areNamed = all.every((item) => isFields(item) && typeof item['name'] === 'string')
  return Object.fromEntries(items.map((item, n) => [areNamed ? String((item as Fields)['name']) : String(n), item]))
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function changed(path: string, before: unknown, after: unknown): string | undefined {
  const [old, young] = [JSON.stringify(before), JSON.stringify(after)]
  if (old === young) return undefined
  if (old === undefined) return `+ ${path}: ${young}`
  return young === undefined ? `- ${path}: ${old}` : `~ ${path}: ${old} → ${young}`
}

function joined(path: string, key: string): string {
  const step = /^[\w-]+$/.test(key) ? key : JSON.stringify(key)
  return path === '' ? step : `${path}.${step}`
}
