/**
 * The part of JSONPath that columns of custom resources use: fields, quoted fields, indices, `[*]`, recursive descent left
 * out, and filters that compare one field with one value.
 * Source: client-go/util/jsonpath; kubectl's documentation of JSONPath.
 */
import { isFields, own } from '../meta.ts'

/** What a path finds, in order; nothing where a part of it is absent. @throws SyntaxError */
export function findPath(path: string, value: unknown): unknown[] {
  return steps(path).reduce<unknown[]>((found, step) => found.flatMap((it) => step(it)), [value])
}

/** Can it be read? */
export function isPath(path: string): boolean {
  try {
    steps(path)
    return true
  } catch (fault) {
    if (fault instanceof SyntaxError) return false
    throw fault
  }
}

type Step = (value: unknown) => unknown[]

const parsed = new Map<string, readonly Step[]>()

function steps(path: string): readonly Step[] {
  const known = parsed.get(path)
  if (known) return known
  const tokens = path.match(TOKEN) ?? []
  if (tokens.join('') !== path) throw new SyntaxError(`unrecognized column definition "${path}"`)
  const made = tokens.filter((token) => token !== '.').map((token) => step(token))
  parsed.set(path, made)
  return made
}

/** `.name`, `['name']`, `[0]`, `[-1]`, `[1:3]`, `[*]`, `.*`, `[?(@.type=="Ready")]`, and `\.` for a dot in a name. */
const TOKEN = /\.(?:\\.|[^.[\]\\])*|\[\?\([^)]*\)\]|\[[^\]]*\]/g

function step(token: string): Step {
  if (token.startsWith('.')) return field(token.slice(1).replaceAll(/\\(.)/g, '$1'))
  const inside = token.slice(1, -1).trim()
  if (inside.startsWith('?')) return filter(inside.slice(2, -1))
  const quoted = /^(['"])(.*)\1$/.exec(inside)
  if (quoted) return field(quoted[2]!)
  if (inside === '*') return children
  return slice(inside)
}

function field(name: string): Step {
  if (name === '*') return children
  return (value) => {
    const found = isFields(value) ? own(value, name) : undefined
    return found === undefined ? [] : [found]
  }
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return isFields(value) ? Object.values(value) : []
}

function slice(text: string): Step {
  const [from, to] = text.split(':').map((part) => (part === '' ? undefined : Number(part)))
  if (!text.includes(':')) return (value) => (Array.isArray(value) ? value.slice(from).slice(0, 1) : [])
  return (value) => (Array.isArray(value) ? value.slice(from ?? 0, to) : [])
}

const COMPARISON = /^\s*@((?:\.(?:\\.|[^.\s=!<>[\]\\])+|\[[^\]]*\])*)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?)\s*)?$/s

function filter(condition: string): Step {
  const [all, path = '', operator, literal = ''] = COMPARISON.exec(condition) ?? []
  if (all === undefined) throw new SyntaxError(`unrecognized filter "${condition}"`)
  const wanted = literalValue(literal)
  const holds = (item: unknown) => {
    const [found] = path === '' ? [item] : findPath(path, item)
    return operator === undefined ? found !== undefined : found !== undefined && COMPARE[operator]!(found, wanted)
  }
  return (value) => (Array.isArray(value) ? value.filter((item) => holds(item)) : [])
}

const COMPARE: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => (a as number) < (b as number),
  '<=': (a, b) => (a as number) <= (b as number),
  '>': (a, b) => (a as number) > (b as number),
  '>=': (a, b) => (a as number) >= (b as number),
}

function literalValue(text: string): unknown {
  const quoted = /^(['"])(.*)\1$/s.exec(text)
  if (quoted) return quoted[2]
  if (text === 'true' || text === 'false') return text === 'true'
  return Number(text)
}
