/**
 * Other ways to read a text: with its escapes resolved, with what was torn apart put together. Each view is scanned like the
 * text itself, and leads back to it unit by unit.
 */
import { matchesOf, type Span } from './rule.ts'
import type { Traits } from './traits.ts'

type View = {
  /** A text without it has no such view. */
  readonly trait: 'escapes' | 'joints' | 'singles'
  /** Global. What it matches is replaced; a view is made only where it matches at all. */
  readonly replaces: RegExp
  readonly by: (found: string) => string
}

/** A view of a text, and the span of the text that a span of the view came from. */
export type Read = { readonly text: string; readonly toOriginal: (span: Span) => Span }

/** Those that differ from the text. */
export function viewsOf(text: string, traits: Traits): Read[] {
  return VIEWS.flatMap((view) => (traits[view.trait] ? (viewOf(text, view) ?? []) : []))
}

// Percent and backslash escapes, character references.
const UNESCAPED: View = {
  trait: 'escapes',
  replaces:
    /%[0-7][0-9a-f]|\\u00[0-7][0-9a-f]|\\x[0-7][0-9a-f]|&#(?:x[0-7][0-9a-f]|\d{2,3});|&(?:quot|apos|amp|lt|gt|colon|equals);/gi,
  by: unescaped,
}

// Literals added to each other, lines continued by a backslash, long words broken at the end of a line.
const JOINED: View = {
  trait: 'joints',
  replaces:
    /["'`]\s{0,8}[+.&~]\s{0,40}["'`]|["']\s{0,4}\\?\r?\n\s{0,40}["']|\\\r?\n[ \t]{0,40}|(?<=[A-Za-z0-9_+-]{12})\r?\n[ \t>|]{0,40}(?=[A-Za-z0-9_+-]{4})/g,
  by: () => '',
}

// Letters with a space, a dot or a dash between each and the next.
const SPACED: View = {
  trait: 'singles',
  replaces: /(?<=(?<![A-Za-z0-9])[A-Za-z0-9_@$!:=])[ .*|·-](?=[A-Za-z0-9_@$!:=](?![A-Za-z0-9]))/g,
  by: () => '',
}

const VIEWS: readonly View[] = [UNESCAPED, JOINED, SPACED]

const NAMED: Record<string, string> = { quot: '"', apos: "'", amp: '&', lt: '<', gt: '>', colon: ':', equals: '=' }

function unescaped(found: string): string {
  if (found.startsWith('&#')) {
    const number = /x/i.test(found[2]!) ? Number.parseInt(found.slice(3), 16) : Number.parseInt(found.slice(2), 10)
    return number < 128 ? String.fromCharCode(number) : found
  }
  if (found.startsWith('&')) return NAMED[found.slice(1, -1).toLowerCase()]!
  const code = Number.parseInt(found.slice(-2), 16)
  return code >= 32 || code === 9 || code === 10 ? String.fromCharCode(code) : found
}

/** Something that was replaced: where it ends in the view, how much longer the text is up to there, and whether by nothing. */
type Piece = { readonly at: number; readonly shift: number; readonly isGone: boolean }

function viewOf(text: string, { replaces, by }: View): Read | undefined {
  const parts: string[] = []
  const pieces: Piece[] = []
  let [from, length] = [0, 0]
  for (const { 0: found, index } of matchesOf(text, replaces)) {
    const replacement = by(found)
    parts.push(text.slice(from, index), replacement)
    length += index - from + replacement.length
    from = index + found.length
    pieces.push({ at: length, shift: from - length, isGone: replacement === '' })
  }
  if (pieces.length === 0) return undefined
  parts.push(text.slice(from))
  return {
    text: parts.join(''),
    toOriginal: ([start, end]) => [start + shiftAt(pieces, start), end + shiftAtEnd(pieces, end)],
  }
}

/** The shift of the last piece that ends at or before `at`. */
function shiftAt(pieces: readonly Piece[], at: number): number {
  return pieces[piecesUpTo(pieces, at) - 1]?.shift ?? 0
}

/** What is gone right behind a span is no part of it. */
function shiftAtEnd(pieces: readonly Piece[], at: number): number {
  let last = piecesUpTo(pieces, at) - 1
  while (pieces[last]?.at === at && pieces[last]!.isGone) last -= 1
  return pieces[last]?.shift ?? 0
}

function piecesUpTo(pieces: readonly Piece[], at: number): number {
  let [low, high] = [0, pieces.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (pieces[middle]!.at <= at) low = middle + 1
    else high = middle
  }
  return low
}
