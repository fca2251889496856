/** Reads the value that stands after a name and its separator: quoted, quoted within a quoted text, or bare. */
import type { Span } from './rule.ts'

/**
 * The value that begins at `at`, without its quotes.
 *
 * @returns its span; an empty one when nothing is there
 */
export function readValue(text: string, at: number): Span {
  for (const { open, content } of QUOTED) {
    if (!text.startsWith(open, at)) continue
    content.lastIndex = at + open.length
    content.test(text)
    return [at + open.length, content.lastIndex]
  }
  BARE.lastIndex = at
  const bare = BARE.exec(text)?.[0] ?? ''
  return [at, at + withoutClosers(bare).length]
}

/** What closes a sentence or a list is no part of a bare value, unless the value opened it: `$(NAME)`. */
function withoutClosers(bare: string): string {
  const closers = /[,;)}\]]{1,9}$/.exec(bare)?.[0] ?? ''
  const opened = /[([{]/.test(bare) ? /^[)}\]]/.test(closers) : false
  return bare.slice(0, bare.length - closers.length + (opened ? 1 : 0))
}

const QUOTED = [
  { open: '\\"', content: /[^"\\]*/y },
  { open: '"', content: /(?:[^"\\\n]|\\[^\n])*/y },
  { open: "'", content: /[^'\n]*/y },
]

const BARE = /[^\s"'`\\]*/y
