/**
 * Kinds that nobody wrote a description for, those of CustomResourceDefinitions above all: their fields, as they are.
 * Source: kubectl/pkg/describe/describe.go (genericDescriber).
 */
import { byBytes, goText, type Wire } from '../wire.ts'
import type { Description } from './description.ts'

const SKIPPED = [
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
]

export function describeGeneric(text: Description, object: Wire): void {
  text.head({ metadata: { namespace: '', ...object.metadata } })
  describeFields(text, object, 0, '')
}

function describeFields(text: Description, fields: Wire, level: number, path: string): void {
  for (const name of Object.keys(fields).sort(byBytes)) {
    const here = `${path}.${name}`
    if (SKIPPED.includes(here)) continue
    const value = fields[name]
    if (typeof value !== 'object' || value === null) text.line(level, `${labelFor(name)}:`, goText(value))
    else {
      text.line(level, `${labelFor(name)}:`)
      if (!Array.isArray(value)) describeFields(text, value, level + 1, here)
      else for (const item of value) describeItem(text, item, level + 1, here)
    }
  }
}

function describeItem(text: Description, item: Wire, level: number, path: string): void {
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) describeFields(text, item, level, path)
  else text.line(level, goText(item))
}

const ACRONYMS = ['API', 'URL', 'UID', 'GUID']

/** `lastTransitionTime` → `Last Transition Time`. */
function labelFor(name: string): string {
  if (!/^[\p{L}-]*$/u.test(name)) return name
  const parts = name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|-+/gu) ?? [name]
  return parts.map(titled).join(' ')
}

function titled(part: string): string {
  if (ACRONYMS.includes(part.toUpperCase())) return part.toUpperCase()
  return part.toLowerCase() === part ? `${part.charAt(0).toUpperCase()}${part.slice(1)}` : part
}
