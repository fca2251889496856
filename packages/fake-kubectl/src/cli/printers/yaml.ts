/**
 * YAML byte for byte as kubectl writes it: keys in natural order, sequences not indented, text plain where YAML 1.1 reads
 * it back as text, long lines folded behind column 80.
 * Source: go.yaml.in/yaml/v2, encode.go, sorter.go and emitterc.go, as sigs.k8s.io/yaml uses them.
 */
import type { Wire } from '../wire.ts'
import { scalar, type Place } from './yaml-scalar.ts'

/** @returns the text, with its line end */
export function yamlText(value: Wire): string {
  if (isEmpty(value) || typeof value !== 'object') return `${inline(value, { indent: 2, column: 0, isKey: false })}\n`
  return `${Array.isArray(value) ? sequence(value, 0) : mapping(value, 0)}\n`
}

function mapping(fields: Wire, indent: number): string {
  const keys = Object.keys(fields).filter((key) => fields[key] !== undefined)
  return keys
    .sort(naturally)
    .map((key) => entry(key, fields[key], indent))
    .join(`\n${' '.repeat(indent)}`)
}

function entry(key: string, value: Wire, indent: number): string {
  const head = `${scalar(key, { indent, column: indent, isKey: true })}:`
  if (isEmpty(value) || typeof value !== 'object') {
    return `${head} ${inline(value, { indent: indent + 2, column: indent + head.length + 1, isKey: false })}`
  }
  // A sequence stands below its key at the key's own indentation.
  if (Array.isArray(value)) return `${head}\n${' '.repeat(indent)}${sequence(value, indent)}`
  return `${head}\n${' '.repeat(indent + 2)}${mapping(value, indent + 2)}`
}

function sequence(items: Wire[], indent: number): string {
  return items.map((item) => `- ${element(item, indent + 2)}`).join(`\n${' '.repeat(indent)}`)
}

function element(item: Wire, indent: number): string {
  if (isEmpty(item) || typeof item !== 'object') return inline(item, { indent, column: indent, isKey: false })
  return Array.isArray(item) ? sequence(item, indent) : mapping(item, indent)
}

function inline(value: Wire, place: Place): string {
  if (typeof value === 'string') return scalar(withoutNextLine(value), place)
  if (Array.isArray(value)) return '[]'
  return typeof value === 'object' && value !== null ? '{}' : String(value)
}

function isEmpty(value: Wire): boolean {
  if (value === null || typeof value !== 'object') return true
  return Array.isArray(value) ? value.length === 0 : Object.values(value).every((field) => field === undefined)
}

const LETTER = /\p{L}/u
const DIGIT = /\d/

/** Numbers within keys count as numbers: `a2` before `a10`; letters come behind everything else. */
function naturally(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [x, y] = [left[i]!, right[i]!]
    if (x === y) continue
    const [xLetter, yLetter] = [LETTER.test(x), LETTER.test(y)]
    if (xLetter && yLetter) return x < y ? -1 : 1
    if (xLetter || yLetter) return yLetter ? -1 : 1
    return byNumber(left, right, i)
  }
  return left.length - right.length
}

function byNumber(left: readonly string[], right: readonly string[], at: number): number {
  // A zero behind other digits is a digit like any other, not a leading zero.
  const inNumber = (left[at] === '0' || right[at] === '0') && /[1-9]0*$/.test(digitsBefore(left, at))
  const [a, b] = [digitsFrom(left, at), digitsFrom(right, at)]
  const [an, bn] = [Number(`${inNumber ? 1 : ''}${a}`), Number(`${inNumber ? 1 : ''}${b}`)]
  if (an !== bn) return an - bn
  if (a.length !== b.length) return a.length - b.length
  return left[at]! < right[at]! ? -1 : 1
}

function digitsFrom(text: readonly string[], at: number): string {
  let end = at
  while (end < text.length && DIGIT.test(text[end]!)) end += 1
  return text.slice(at, end).join('')
}

function digitsBefore(text: readonly string[], at: number): string {
  let start = at
  while (start > 0 && DIGIT.test(text[start - 1]!)) start -= 1
  return text.slice(start, at).join('')
}

/** kubectl makes YAML of JSON by reading the JSON as YAML, where U+0085 ends a line: alone it becomes a space. */
function withoutNextLine(text: string): string {
  return text.replaceAll(/[ \t]*\u0085[ \t\u0085]*/g, (found) => {
    const lines = found.split('\u0085').length - 1
    return lines === 1 ? ' ' : '\n'.repeat(lines - 1)
  })
}
