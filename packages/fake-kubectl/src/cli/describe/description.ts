/**
 * The text of `kubectl describe` while it grows: lines with tabs between label and value, two spaces a level; and the parts
 * that many kinds share. Source: kubectl/pkg/describe/describe.go (PrefixWriter, printLabelsMultiline, …).
 */
import { humanDuration } from '../../api/age.ts'
import { align, DESCRIPTION } from '../tab-writer.ts'
import { byBytes, harmless, type Wire } from '../wire.ts'

const LONGEST_ANNOTATION = 140
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

export class Description {
  readonly #nowMs: number
  readonly #blocks: string[] = []
  #text = ''

  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  /** Text without a line end. */
  put(text: string, level = 0): void {
    this.#text += harmless('  '.repeat(level) + text)
  }

  /** Cells of one line, with tabs between them. */
  line(level: number, ...cells: unknown[]): void {
    this.put(`${cells.map((cell) => String(cell ?? '')).join('\t')}\n`, level)
  }

  /** What follows is lined up by itself. */
  flush(): void {
    this.#blocks.push(align(this.#text, DESCRIPTION))
    this.#text = ''
  }

  /** As it was written, tabs and all. */
  unaligned(): string {
    return this.#text
  }

  age(time: string | null | undefined): string {
    return time ? humanDuration(this.#nowMs - Date.parse(time)) : '<unknown>'
  }

  toString(): string {
    return this.#blocks.join('') + align(this.#text, DESCRIPTION)
  }

  /** `Labels:  a=b` and the others below it. */
  labels(title: string, labels: Wire, indent = ''): void {
    this.list(
      title,
      Object.keys(labels ?? {})
        .sort(byBytes)
        .map((key) => `${key}=${labels[key]}`),
      indent,
    )
  }

  /** A value a line, the first beside the title; `<none>` without any. */
  list(title: string, values: readonly string[], indent = ''): void {
    this.put(`${indent}${title}:\t`)
    this.put(
      values.length === 0 ? '<none>\n' : values.map((value, i) => `${i === 0 ? '' : `${indent}\t`}${value}\n`).join(''),
    )
  }

  annotations(title: string, annotations: Wire): void {
    const keys = Object.keys(annotations ?? {})
      .filter((key) => key !== LAST_APPLIED)
      .sort(byBytes)
    this.list(
      title,
      keys.map((key) => annotation(key, annotations[key])),
    )
  }

  /** Name, namespace, labels and annotations, as most kinds begin. */
  head({ metadata }: Wire, { namespaced = true } = {}): void {
    this.line(0, 'Name:', metadata.name)
    if (namespaced) this.line(0, 'Namespace:', metadata.namespace)
    this.labels('Labels', metadata.labels)
    this.annotations('Annotations', metadata.annotations)
  }

  controller({ metadata }: Wire): void {
    const owner = controllerOf(metadata)
    if (owner) this.line(0, 'Controlled By:', `${owner.kind}/${owner.name}`)
  }

  /** A header, its underline, and rows. */
  table(
    level: number,
    header: readonly string[],
    rows: readonly (readonly unknown[])[],
    rules?: readonly string[],
  ): void {
    this.line(level, ...header)
    this.line(level, ...(rules ?? header.map((name) => '-'.repeat(name.length))))
    for (const row of rows) this.line(level, ...row)
  }
}

export function controllerOf(metadata: Wire): Wire {
  return metadata?.ownerReferences?.find((owner: Wire) => owner.controller)
}

function annotation(key: string, text: string): string {
  const value = text.replace(/\n$/, '')
  if (value.length + key.length + 2 <= LONGEST_ANNOTATION && !value.includes('\n')) return `${key}: ${value}`
  const lines = value.split('\n').map((line) => `\t  ${shorten(line, LONGEST_ANNOTATION - 2)}`)
  return [`${key}:`, ...lines].join('\n')
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** RFC 1123 with the zone as a number, in this machine's zone. */
export function rfc1123(time: string | null | undefined): string {
  if (!time) return 'Mon, 01 Jan 0001 00:00:00 +0000'
  const at = new Date(time)
  const two = (number: number): string => String(number).padStart(2, '0')
  const date = `${DAYS[at.getDay()]}, ${two(at.getDate())} ${MONTHS[at.getMonth()]} ${at.getFullYear()}`
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${zone(at)}`
}

export function zone(at: Date): string {
  const minutes = -at.getTimezoneOffset()
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}${String(rest).padStart(2, '0')}`
}

/** A label selector object on one line. Source: apimachinery/pkg/apis/meta/v1/helpers.go. */
export function selectorText(selector: Wire, none = '<none>'): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` }))
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }: Wire) => ({
    key,
    text: expressionText(key, operator, [...values].sort(byBytes)),
  }))
  const sorted = [...labels, ...expressions].sort((a, b) => byBytes(a.key, b.key))
  return sorted.length === 0 ? none : sorted.map(({ text }) => text).join(',')
}

function expressionText(key: string, operator: string, values: string[]): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`
    case 'NotIn':
      return `${key} notin (${values.join(',')})`
    case 'Exists':
      return key
    default:
      return `!${key}`
  }
}

/** What a Go pointer to a bool prints as. */
export function boolText(value: boolean | null | undefined): string {
  return value === undefined || value === null ? '<unset>' : value ? 'True' : 'False'
}
