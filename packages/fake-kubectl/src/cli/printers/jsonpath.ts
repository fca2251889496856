/**
 * Finds what a JSONPath template asks for and prints it.
 * Source: client-go/util/jsonpath/jsonpath.go.
 */
import { CliFault } from '../errors.ts'
import { goText, type Wire } from '../wire.ts'
import { compactJson, jsonText } from './json.ts'
import { parseTemplate, type Node, type Template } from './jsonpath-parse.ts'

export type JsonPathOptions = { readonly missingIsFault?: boolean; readonly asJson?: boolean }

/** @throws CliFault in kubectl's words */
export function jsonPath(template: string, value: Wire, options: JsonPathOptions = {}): string {
  return find(template, value, options)
    .map((results) => (options.asJson ? jsonText(results) : results.map(shown).join(' ')))
    .join('')
}

/** One list of results for each piece of the template. */
export function find(template: string, value: Wire, { missingIsFault = false }: JsonPathOptions = {}): Wire[][] {
  const { results } = new Finder(missingIsFault).block(parseTemplate(template), [value], false)
  return results
}

function shown(value: Wire): string {
  if (value === null) return 'null'
  return typeof value === 'object' ? compactJson(value) : goText(value)
}

class Finder {
  readonly #missingIsFault: boolean

  constructor(missingIsFault: boolean) {
    this.#missingIsFault = missingIsFault
  }

  /** Walks actions until the `end` of this block; `length` is how many it took. */
  block(actions: Template, current: Wire[], inRange: boolean): { results: Wire[][]; length: number } {
    const results: Wire[][] = []
    for (let i = 0; i < actions.length; i++) {
      const action = actions[i]!
      if (action.some(({ kind }) => kind === 'end')) {
        if (!inRange) throw new CliFault('not in range, nothing to end')
        return { results, length: i + 1 }
      }
      if (action[0]?.kind !== 'range') {
        results.push(this.walk(current, action))
        continue
      }
      const rest = actions.slice(i + 1)
      const items = this.walk(current, action.slice(1))
      for (const item of items) results.push(...this.block(rest, [item], true).results)
      i += new Finder(false).block(rest, [], true).length
    }
    return { results, length: actions.length }
  }

  walk(values: Wire[], nodes: readonly Node[]): Wire[] {
    return nodes.reduce((found, node) => this.#step(found, node), values)
  }

  #step(values: Wire[], node: Node): Wire[] {
    switch (node.kind) {
      case 'text':
        return [node.text]
      case 'value':
        return values.map(() => node.value)
      case 'field':
        return this.#fields(values, node.name)
      case 'wildcard':
        return values.flatMap(children)
      case 'recursive':
        return values.flatMap(descendants)
      case 'slice':
        return values.filter((value) => value !== null).flatMap((value) => slice(value, node))
      case 'union':
        return node.lists.flatMap((list) => this.walk(values, list))
      case 'filter':
        return values.flatMap((value) => this.#filter(value, node))
      default:
        return values
    }
  }

  #fields(values: Wire[], name: string): Wire[] {
    if (values.length === 0) return []
    const found = values.filter((value) => isMap(value) && Object.hasOwn(value, name)).map((value) => value[name])
    if (found.length === 0 && this.#missingIsFault) throw new CliFault(`${name} is not found`)
    return found
  }

  #filter(value: Wire, { left, operator, right }: Node & { kind: 'filter' }): Wire[] {
    if (!Array.isArray(value)) throw new CliFault(`${goText(value)} is not array or slice and cannot be filtered`)
    return value.filter((item) => {
      const lefts = operator === 'exists' ? new Finder(false).walk([item], left) : this.walk([item], left)
      if (operator === 'exists') return lefts.length > 0
      const rights = this.walk([item], right)
      if (lefts.length > 1 || rights.length > 1) throw new CliFault('can only compare one element at a time')
      return lefts.length === 1 && rights.length === 1 && compare(lefts[0], operator, rights[0])
    })
  }
}

function isMap(value: Wire): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Go walks a map in no order; we take the keys as they come. */
function children(value: Wire): Wire[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}

function descendants(value: Wire): Wire[] {
  const below = children(value)
  return below.length === 0 ? [] : [value, ...below.flatMap(descendants)]
}

function slice(value: Wire, { from, to, step = 1, single }: Node & { kind: 'slice' }): Wire[] {
  if (!Array.isArray(value)) throw new CliFault(`${typeName(value)} is not array or slice`)
  const { length } = value
  const first = from === undefined ? 0 : from < 0 ? from + length : from
  const last = single ? first + 1 : to === undefined ? length : to < 0 ? to + length : to
  if (first === last) return []
  if (first >= length || first < 0) throw outOfBounds(first, length)
  if (last > length || last < 0) throw outOfBounds(last - 1, length)
  if (first > last) throw new CliFault(`starting index ${first} is greater than ending index ${last}`)
  if (step <= 0) throw new CliFault('step must be > 0')
  return value.slice(first, last).filter((_, i) => i % step === 0)
}

function outOfBounds(index: number, length: number): CliFault {
  return new CliFault(`array index out of bounds: index ${index}, length ${length}`)
}

function typeName(value: Wire): string {
  if (typeof value === 'object') return 'map[string]interface {}'
  return { string: 'string', boolean: 'bool', number: 'int64' }[typeof value as 'string'] ?? typeof value
}

function compare(left: Wire, operator: string, right: Wire): boolean {
  if (typeof left !== typeof right || typeof left === 'object') throw new CliFault('incompatible types for comparison')
  switch (operator) {
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    default:
      throw new CliFault(`unrecognized filter operator ${operator}`)
  }
}
