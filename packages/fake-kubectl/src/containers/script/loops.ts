/**
 * What a script's loop is for, by its look: does it go on for ever, does it count, does it wait for something of the cluster?
 */
import type { Node } from '../shell/syntax.ts'
import type { ScriptReader } from './script.ts'
import { wordsOf } from './words.ts'

export function isEndless({ condition, until }: Extract<Node, { kind: 'loop' }>): boolean {
  const word = simpleWords(condition)
  return until ? word[0] === 'false' : word[0] === 'true' || word[0] === ':' || (word[0] === '[' && word.length === 3)
}

/** Does what it does depend on anything, so that no round need be like the last? */
export function decides(node: Node): boolean {
  if (node.kind === 'sequence') return node.nodes.some(decides)
  if (node.kind === 'redirected') return decides(node.command)
  if (node.kind === 'simple') return ['exit', 'break', 'return'].includes(simpleWords(node)[0] ?? '')
  return node.kind !== 'pipeline'
}

function simpleWords(node: Node): string[] {
  if (node.kind !== 'simple') return []
  return node.words.map((word) => word.map((part) => (part.kind === 'text' ? part.text : '\0')).join(''))
}

/** Variables that a body counts up by one: `i=$((i+1))`, `i=$(expr $i + 1)`. */
export function countersOf(node: Node): string[] {
  if (node.kind === 'sequence') return node.nodes.flatMap(countersOf)
  if (node.kind !== 'simple') return []
  return node.assignments.flatMap(([name, value]) => (value.some((part) => part.kind === 'arithmetic') ? [name] : []))
}

/** What a loop waits for, where that is something of the cluster: `until nslookup db`, `while ! nc -z db 5432`. */
export function awaitedBy(
  { condition, until, body }: Extract<Node, { kind: 'loop' }>,
  reader: ScriptReader,
): string | undefined {
  const isNegated = condition.kind === 'pipeline' && condition.negated && condition.commands.length === 1
  if (until === isNegated) return undefined
  if (decides(body)) return undefined
  let asked: Node = isNegated ? condition.commands[0]! : condition
  if (asked.kind === 'redirected') asked = asked.command
  if (asked.kind !== 'simple') return undefined
  const [name = '', ...rest] = wordsOf(asked.words, reader)
  const operands = rest.filter((word) => !word.startsWith('-'))
  if (name === 'nslookup' && operands[0]) return `name ${operands[0]}`
  if (name === 'nc' && operands.length >= 2) return `service ${operands[0]}:${operands[1]}`
  if (name === 'wget' || name === 'curl') {
    const url = rest
      .map((word) => /^(?:https?:\/\/)?([\w.-]+)(?::(\d+))?(?:\/.*)?$/.exec(word))
      .findLast((it) => it?.[1]?.includes('-') === false || it !== null)
    return url ? `service ${url[1]}:${url[2] ?? '80'}` : undefined
  }
  if ((name === '[' || name === 'test') && /^-[efs]$/.test(rest[0] ?? '')) return `file ${rest[1]}`
  return undefined
}
