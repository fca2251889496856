/**
 * Sets of fields, and what can be done with them. A set is kept in the very form in which `managedFields` writes it
 * (FieldsV1): a tree of path elements in which `{}` is a member, and `.` marks a member that has members below it.
 * Source: sigs.k8s.io/structured-merge-diff/v6/fieldpath, set.go and serialize.go.
 */
import { isFields } from '../meta.ts'
import { compareElements, parseElement, printElement, type Element } from './elements.ts'

export type FieldSet = { readonly [element: Element]: FieldSet }
export type Path = readonly Element[]

export const EMPTY: FieldSet = Object.freeze({})

const MEMBER = '.'
const ONLY_MEMBER: FieldSet = Object.freeze({ [MEMBER]: EMPTY })

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false
  return true
}

/** In a or in b. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a)) return b
  const joined: Record<Element, FieldSet> = { ...a }
  for (const element of Object.keys(b)) {
    const mine = a[element]
    joined[element] = mine && element !== MEMBER ? close(union(open(mine), open(b[element]!)))! : b[element]!
  }
  return joined
}

/** In a and in b. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(b) ? EMPTY : combined(a, b, 'shared', intersection)
}

/** In a and not in b; what is below a member of b stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(b) ? a : combined(a, b, 'alone', difference)
}

/** In a and neither in b nor below a member of b. */
export function without(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(b) ? a : combined(a, b, 'alone', (mine, others) => (MEMBER in others ? EMPTY : without(mine, others)))
}

export function has(set: FieldSet, path: Path): boolean {
  let node: FieldSet | undefined = set
  for (const element of path) node = node?.[element]
  return node !== undefined && path.length > 0 && isMember(node)
}

/** What the set has below a path element. */
export function below(set: FieldSet, element: Element): FieldSet {
  const { [MEMBER]: _self, ...rest } = set[element] ?? EMPTY
  return rest
}

export function hasMember(set: FieldSet, element: Element): boolean {
  const node = set[element]
  return node !== undefined && isMember(node)
}

/** The node of a field that is a member itself, whatever is below it. */
export function asMember(node: FieldSet | undefined): FieldSet {
  if (node === undefined || isEmpty(node)) return EMPTY
  return MEMBER in node ? node : { [MEMBER]: EMPTY, ...node }
}

export function setOf(...paths: readonly Path[]): FieldSet {
  return paths.reduce((set, path) => union(set, single(path)), EMPTY)
}

/** Every member; of each level first its members, then what is below them. */
export function paths(set: FieldSet, prefix: Path = []): Path[] {
  const elements = sorted(set)
  const members = elements.filter((element) => isMember(set[element]!)).map((element) => [...prefix, element])
  return [...members, ...elements.flatMap((element) => paths(below(set, element), [...prefix, element]))]
}

export function printPath(path: Path): string {
  return path.map((element) => printElement(element)).join('')
}

/** The set in the order in which it is written; the same value where it is in order already. */
export function inOrder(set: FieldSet): FieldSet {
  const elements = Object.keys(set)
  let isOrdered = true
  for (const [i, element] of elements.entries()) {
    if (i > 0 && isOrdered) isOrdered = compareElements(elements[i - 1]!, element) < 0
  }
  const ordered: Record<Element, FieldSet> = {}
  for (const element of isOrdered ? elements : elements.sort(compareElements)) {
    const node = set[element]!
    ordered[element] = inOrder(node)
    isOrdered &&= ordered[element] === node
  }
  return isOrdered ? set : ordered
}

/** What a client sent as FieldsV1. @throws SyntaxError */
export function parseFieldSet(value: unknown): FieldSet {
  if (!isFields(value)) throw new SyntaxError('fieldsV1 must be an object')
  const set: Record<Element, FieldSet> = {}
  for (const [text, content] of Object.entries(value)) {
    const element = text === MEMBER ? MEMBER : parseElement(text)
    if (element !== undefined) set[element] = element === MEMBER ? EMPTY : (close(parseFieldSet(content)) ?? EMPTY)
  }
  return set
}

/** What is in a alone, or what a and b share; where both have something below an element, `deeper` says what is left. */
function combined(
  a: FieldSet,
  b: FieldSet,
  keep: 'alone' | 'shared',
  deeper: (mine: FieldSet, others: FieldSet) => FieldSet,
): FieldSet {
  const left: Record<Element, FieldSet> = {}
  for (const element of Object.keys(a)) {
    const [mine, others] = [a[element]!, b[element]]
    if (!others || element === MEMBER) {
      if ((keep === 'alone') === !others) left[element] = mine
    } else {
      const node = close(deeper(open(mine), open(others)))
      if (node) left[element] = node
    }
  }
  return left
}

function single([element, ...rest]: Path): FieldSet {
  return element === undefined ? EMPTY : { [element]: rest.length === 0 ? EMPTY : single(rest) }
}

function isMember(node: FieldSet): boolean {
  return MEMBER in node || isEmpty(node)
}

/** A node as a set in which the field itself is a member like any other. */
function open(node: FieldSet): FieldSet {
  return isEmpty(node) ? ONLY_MEMBER : node
}

/** The other way round; undefined when nothing is left. */
function close(set: FieldSet): FieldSet | undefined {
  const elements = Object.keys(set)
  if (elements.length === 0) return undefined
  return elements.length === 1 && elements[0] === MEMBER ? EMPTY : set
}

function sorted(set: FieldSet): Element[] {
  return Object.keys(set)
    .filter((element) => element !== MEMBER)
    .sort(compareElements)
}
