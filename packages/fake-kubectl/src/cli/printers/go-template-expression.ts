/**
 * The expressions of Go templates: `.a.b | printf "%s"`, `index .x "key"`, `eq .a "b"`. Source: text/template/exec.go, funcs.go.
 */
import { CliFault } from '../errors.ts'
import { compactJson } from './json.ts'
import { goText, type Wire } from '../wire.ts'

export type Scope = { readonly dot: Wire; readonly variables: Map<string, Wire>; readonly missingIsFault: boolean }

export function evaluate(expression: string, scope: Scope): Wire {
  const stages = split(expression, '|')
  return stages.reduce((piped: Wire[], stage) => [command(stage, piped, scope)], [])[0]
}

/** A call or a value; what came through the pipe is the last argument. */
function command(text: string, piped: Wire[], scope: Scope): Wire {
  const words = split(text, ' ')
  const [head = '', ...rest] = words
  const call = FUNCTIONS[head]
  if (call) return call([...rest.map((word) => operand(word, scope)), ...piped])
  if (/^[a-z]\w*$/i.test(head) && !['true', 'false', 'nil'].includes(head)) {
    throw new CliFault(
      `function ${JSON.stringify(head)} not defined; the fake kubectl has not all of Go's templates, use the stock kubectl`,
    )
  }
  return operand(head, scope)
}

function operand(word: string, scope: Scope): Wire {
  if (word.startsWith('(')) {
    const close = word.lastIndexOf(')')
    return path(evaluate(word.slice(1, close), scope), word.slice(close + 1), scope)
  }
  if (/^["`]/.test(word)) return word.startsWith('"') ? JSON.parse(word) : word.slice(1, -1)
  if (/^-?\d/.test(word)) return Number(word)
  if (word === 'true' || word === 'false') return word === 'true'
  if (word === 'nil') return null
  if (word.startsWith('$')) {
    const [, name = '', fields = ''] = /^(\$\w*)(.*)$/s.exec(word) ?? []
    if (!scope.variables.has(name)) throw new CliFault(`undefined variable ${JSON.stringify(name)}`)
    return path(scope.variables.get(name), fields, scope)
  }
  return path(scope.dot, word === '.' ? '' : word, scope)
}

function path(value: Wire, fields: string, { missingIsFault }: Scope): Wire {
  return fields
    .split('.')
    .filter((field) => field !== '')
    .reduce((found: Wire, field) => {
      if (found === null || found === undefined) return undefined
      if (typeof found !== 'object' || Array.isArray(found))
        throw new CliFault(`can't evaluate field ${field} in type interface {}`)
      if (missingIsFault && !Object.hasOwn(found, field))
        throw new CliFault(`map has no entry for key ${JSON.stringify(field)}`)
      return Object.hasOwn(found, field) ? found[field] : undefined
    }, value)
}

/** Splits at a separator that stands outside quotes and parentheses. */
function split(text: string, separator: string): string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`|[\s\S]/g)) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    const isSeparator = depth === 0 && (separator === ' ' ? /^\s$/.test(token) : token === separator)
    if (isSeparator) parts.push(part)
    else part += token
    if (isSeparator) part = ''
  }
  return [...parts, part].map((each) => each.trim()).filter((each) => each !== '')
}

const FUNCTIONS: Record<string, (args: Wire[]) => Wire> = {
  and: (args) => args.find((arg) => !isTruthy(arg)) ?? args.at(-1),
  or: (args) => args.find(isTruthy) ?? args.at(-1),
  not: ([arg]) => !isTruthy(arg),
  len: ([arg]) => (typeof arg === 'string' ? Buffer.byteLength(arg) : Object.keys(arg ?? {}).length),
  index: ([value, ...keys]) => keys.reduce((found, key) => found?.[key], value),
  exists: ([value, ...keys]) => keys.reduce((found, key) => found?.[key], value) !== undefined,
  eq: ([first, ...others]) => others.some((other) => first === other),
  ne: ([a, b]) => a !== b,
  lt: ([a, b]) => a < b,
  le: ([a, b]) => a <= b,
  gt: ([a, b]) => a > b,
  ge: ([a, b]) => a >= b,
  print: (args) => args.map(goText).join(''),
  println: (args) => `${args.map(goText).join(' ')}\n`,
  printf: ([format, ...args]) => printf(String(format), args),
  base64decode: ([text]) => Buffer.from(String(text), 'base64').toString(),
  html: ([text]) =>
    goText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;'),
}

function isTruthy(value: Wire): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value)
}

function printf(format: string, args: Wire[]): string {
  let next = 0
  return format.replaceAll(/%(-?)(\d*)([sdvqt%])/g, (_, left: string, width: string, verb: string) => {
    if (verb === '%') return '%'
    const value = args[next++]
    const text = verb === 'q' ? compactJson(String(value)) : goText(value)
    return left ? text.padEnd(Number(width)) : text.padStart(Number(width))
  })
}
