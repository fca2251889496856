/**
 * The steps of a path to a field, as they are written in `managedFields`: `f:name` a field, `k:{"name":"x"}` a list's item by
 * its keys, `v:"x"` an item of a set, `i:0` an item by its place. Their order, and how conflicts print them.
 * Source: sigs.k8s.io/structured-merge-diff/v6/fieldpath, element.go and serialize-pe.go.
 */
import { isFields, type Fields } from '../meta.ts'

export type Element = string

export function fieldElement(name: string): Element {
  return `f:${name}`
}

export function valueElement(value: unknown): Element {
  return `v:${goJson(value)}`
}

/** @param keys sorted by name */
export function keyElement(keys: Fields): Element {
  return `k:${goJson(keys)}`
}

/** The element that text stands for, in its one form; undefined for what this version does not know. @throws SyntaxError */
export function parseElement(text: string): Element | undefined {
  const content = text.slice(2)
  switch (text.slice(0, 2)) {
    case 'f:':
      return text
    case 'v:':
      return valueElement(JSON.parse(content))
    case 'k:':
      return keyElement(sortedKeys(JSON.parse(content)))
    case 'i:':
      if (!/^-?\d+$/.test(content)) throw new SyntaxError(`invalid index ${content}`)
      return `i:${Number(content)}`
    default:
      if (text[1] !== ':') throw new SyntaxError(`missing colon: ${text}`)
      return undefined
  }
}

function sortedKeys(value: unknown): Fields {
  if (!isFields(value)) throw new SyntaxError('a key must be an object')
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Fields first, then items by key, by value, by place. */
export function compareElements(a: Element, b: Element): number {
  if (a.startsWith('f:') && b.startsWith('f:')) return a < b ? -1 : a > b ? 1 : 0
  const order = KINDS.indexOf(a[0]!) - KINDS.indexOf(b[0]!)
  if (order !== 0) return order
  if (a.startsWith('k:')) return compareKeys(contentOf(a) as Fields, contentOf(b) as Fields)
  return compareValues(contentOf(a), contentOf(b))
}

const KINDS = '.fkvi'

function contentOf(element: Element): unknown {
  return JSON.parse(element.slice(2))
}

function compareKeys(a: Fields, b: Fields): number {
  const [names, others] = [Object.keys(a), Object.keys(b)]
  for (const [i, name] of names.entries()) {
    const other = others[i]
    if (other === undefined) return 1
    if (name !== other) return name < other ? -1 : 1
    const order = compareValues(a[name], b[name])
    if (order !== 0) return order
  }
  return names.length - others.length
}

const TYPES = ['number', 'string', 'boolean']

function compareValues(a: unknown, b: unknown): number {
  const order = TYPES.indexOf(typeof a) - TYPES.indexOf(typeof b)
  if (order !== 0) return order
  return (a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0
}

/** As a conflict names it: `.name`, `[name="x"]`, `[="x"]`, `[0]`. */
export function printElement(element: Element): string {
  if (element.startsWith('f:')) return `.${element.slice(2)}`
  const content = contentOf(element)
  if (element.startsWith('v:')) return `[=${goJson(content)}]`
  if (!isFields(content)) return `[${String(content)}]`
  const keys = Object.entries(content).map(([name, value]) => `${name}=${goJson(value)}`)
  return `[${keys.join(',')}]`
}

/** JSON as Go writes it: safe in HTML. */
function goJson(value: unknown): string {
  const json = JSON.stringify(value)
  return !/[<>&]/.test(json) ? json : json.replaceAll(/[<>&]/g, (it) => `\\u00${it.charCodeAt(0).toString(16)}`)
}
