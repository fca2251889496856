/**
 * Words of a script as far as they can be told beforehand: variables, arithmetic, what a command prints.
 * Source: POSIX.1-2024, Shell Command Language, 2.6 Word Expansions.
 */
import { calculate } from '../shell/arithmetic.ts'
import type { Word, WordPart } from '../shell/syntax.ts'
import type { ScriptReader } from './script.ts'

/** Zero, one or more words each. */
export function wordsOf(words: readonly Word[], reader: ScriptReader): string[] {
  return words.flatMap((word) => {
    const text = textOf(word, reader)
    const isQuoted = word.some((part) => part.quoted || part.kind === 'text')
    return isQuoted ? braces(text) : text.split(/\s+/).filter(Boolean)
  })
}

/** `{1..5}`, as bash has it. */
function braces(text: string): string[] {
  const [, from, to] = /^\{open\}(\d+)\.\.(\d+)\}$/.exec(text) ?? []
  if (from === undefined) return [text]
  return Array.from({ length: Math.max(0, Number(to) - Number(from) + 1) }, (_, i) => String(Number(from) + i))
}

export function textOf(word: Word, reader: ScriptReader): string {
  return word.map((part) => partOf(part, reader)).join('')
}

function partOf(part: WordPart, reader: ScriptReader): string {
  switch (part.kind) {
    case 'text':
      return literal(part.text)
    case 'parameter':
      return parameter(part, reader)
    case 'substitution':
      return reader.capture(() => reader.run(part.script)).replace(/\n+$/, '')
    case 'arithmetic':
      return sum(textOf(part.expression, reader), reader)
  }
}

/** Text that holds a brace must not look like a placeholder of a log program. */
export function literal(text: string): string {
  return text.replaceAll('{', '{open}')
}

function parameter(
  { name, operator, argument }: Extract<WordPart, { kind: 'parameter' }>,
  reader: ScriptReader,
): string {
  const value = name === '?' ? String(reader.status) : name === '$' ? '1' : reader.variables.get(name)
  const isEmpty = value === undefined || (value === '' && operator.startsWith(':'))
  if (/^:?-$/.test(operator) && isEmpty) return textOf(argument, reader)
  if (/^:?\+$/.test(operator)) return isEmpty ? '' : textOf(argument, reader)
  return value ?? ''
}

/** A counter of rounds stands for itself: it is not counted again. */
function sum(expression: string, reader: ScriptReader): string {
  const [, name = ''] = /^\s*\$?\{?(\w+)\}?\s*\+\s*1\s*$/.exec(expression) ?? []
  if (reader.isCounter(name)) return reader.variables.get(name) ?? ''
  const counted = /\{count:\d+\}/.exec(expression)?.[0]
  if (counted !== undefined) return counted
  const variables = {
    get: (it: string) => reader.variables.get(it),
    set: (it: string, to: string) => void reader.variables.set(it, to),
  }
  return String(calculate(expression, variables))
}
