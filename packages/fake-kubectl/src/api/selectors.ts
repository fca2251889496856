/**
 * Label and field selectors: from a query's text to a test on an object.
 * Source: apimachinery/pkg/labels/selector.go and pkg/fields/selector.go; error texts recorded from 1.36.
 */
import type { ResourceType } from './kinds/row.ts'
import { at, own, type KubeObject } from './meta.ts'
import { badRequest } from './status.ts'

export type Matches = (object: KubeObject) => boolean

type Requirement = { key: string; operator: string; values: readonly string[] }

const SYMBOLS = ['==', '!=', '=', '(', ')', ',', '!', '>', '<']
const KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/

/**
 * `app in (web,db),!canary` → a test on an object's labels. An empty text matches everything.
 *
 * @throws ApiError 400 with the real server's words
 */
export function labelSelector(text: string): Matches {
  const requirements = new Parser(text).requirements()
  return ({ metadata }) => requirements.every((requirement) => meets(requirement, metadata.labels ?? {}))
}

function meets({ key, operator, values }: Requirement, labels: Record<string, string>): boolean {
  const value = own(labels, key) as string | undefined
  switch (operator) {
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value)
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value)
    case 'gt':
      return value !== undefined && Number.parseInt(value, 10) > Number(values[0])
    default:
      return value !== undefined && Number.parseInt(value, 10) < Number(values[0])
  }
}

class Parser {
  readonly #tokens: readonly string[]
  #next = 0

  constructor(text: string) {
    this.#tokens = tokens(text)
  }

  requirements(): Requirement[] {
    const found: Requirement[] = []
    while (this.#peek() !== '') {
      found.push(this.#requirement())
      const separator = this.#take()
      if (separator === '') break
      if (separator !== ',') throw unparsable(`found '${separator}', expected: ',' or 'end of string'`)
      if (this.#peek() === '') throw unparsable(`found '', expected: identifier after ','`)
    }
    return found
  }

  #requirement(): Requirement {
    if (this.#peek() === '!') {
      this.#take()
      return { key: this.#key(), operator: '!', values: [] }
    }
    const key = this.#key()
    if (this.#peek() === '' || this.#peek() === ',') return { key, operator: 'exists', values: [] }
    return { key, ...this.#operation() }
  }

  #key(): string {
    const key = this.#take()
    if (key === '' || SYMBOLS.includes(key)) throw unparsable(`found '${key}', expected: identifier`)
    if (!KEY.test(key)) throw badRequest(`unable to parse requirement: ${invalidKey(key)}`)
    return key
  }

  #operation(): Omit<Requirement, 'key'> {
    const operator = this.#take()
    if (operator === 'in' || operator === 'notin') return { operator, values: this.#list() }
    const name = { '>': 'gt', '<': 'lt', gt: 'gt', lt: 'lt', '=': '=', '==': '==', '!=': '!=' }[operator]
    if (name === undefined) throw unparsable(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`)
    return { operator: name, values: [this.#value()] }
  }

  #list(): string[] {
    const open = this.#take()
    if (open !== '(') throw unparsable(`found '${open}' expected: '('`)
    const values: string[] = []
    for (;;) {
      values.push(this.#value())
      const separator = this.#take()
      if (separator === ')') return values
      if (separator !== ',') throw unparsable(`found '${separator}', expected: ',' or ')'`)
    }
  }

  #value(): string {
    if (['', ',', ')'].includes(this.#peek())) return ''
    const value = this.#take()
    if (SYMBOLS.includes(value)) throw unparsable(`found '${value}', expected: identifier`)
    if (!VALUE.test(value)) throw badRequest(`unable to parse requirement: ${invalidLabel(value)}`)
    return value
  }

  #peek(): string {
    return this.#tokens[this.#next] ?? ''
  }

  #take(): string {
    return this.#tokens[this.#next++] ?? ''
  }
}

function tokens(text: string): string[] {
  return text.match(/==|!=|[=(),!<>]|[^\s=(),!<>]+/g) ?? []
}

function unparsable(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`)
}

function invalidKey(key: string): string {
  return `<nil>: Invalid value: "${key}": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`
}

function invalidLabel(value: string): string {
  return `<nil>: Invalid value: "${value}": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`
}

export type FieldRequirement = { field: string; value: string; negated: boolean }

/** `status.phase!=Running,spec.nodeName=n1` → its requirements; `\,` and `\=` stand for the characters themselves. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  const terms = text.match(/(?:\\.|[^,\\])+/g) ?? []
  return terms.map((term) => {
    const match = /^((?:\\.|[^=!\\])*)(!=|==|=)(.*)$/s.exec(term)
    if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
    const [, field = '', operator, value = ''] = match
    return { field, value: value.replaceAll(/\\(.)/g, '$1'), negated: operator === '!=' }
  })
}

type Selectable = Pick<ResourceType, 'fieldLabels' | 'fieldPaths'>

/**
 * A test on the fields that this resource lets clients select by.
 *
 * @param type its selectable fields beside metadata.name and metadata.namespace, and where they stand
 */
export function fieldSelector(
  requirements: readonly FieldRequirement[],
  { fieldLabels, fieldPaths = {} }: Selectable,
): Matches {
  const known = ['metadata.name', 'metadata.namespace', ...(fieldLabels ?? [])]
  const unknown = requirements.find(({ field }) => !known.includes(field))
  if (unknown) throw badRequest(unknownField(unknown.field, fieldLabels !== undefined))
  return (object) =>
    requirements.every(
      ({ field, value, negated }) => (fieldText(object, fieldPaths[field] ?? field) === value) !== negated,
    )
}

function unknownField(field: string, hasLabels: boolean): string {
  if (hasLabels) return `field label not supported: ${field}`
  return `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
}

function fieldText(object: KubeObject, path: string): string {
  const value = at(object, path)
  if (value === undefined || value === null)
    return path.endsWith('unschedulable') || path.endsWith('hostNetwork') ? 'false' : ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)
}
