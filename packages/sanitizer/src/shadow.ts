/**
 * The shadow of a text: what a reader sees in it. Terminal sequences, controls and invisible characters are gone, and
 * look-alike forms (full width, ligatures, styled letters, letters of another alphabet) are the plain ones. Rules read the
 * shadow, so a disguised secret is found; a map leads back to the text.
 *
 * Source: Unicode UAX #15 (NFKC), UTS #51 (variation selectors, tags), UTS #39 (confusables); ECMA-48 §5.4 (control sequences).
 */
import { plainLookalikes } from './confusables.ts'
import type { Span } from './rule.ts'

/** The plain text, and where each of its characters came from. */
export type Shadow = {
  readonly text: string
  /** The span of the original text that a span of the shadow came from. */
  readonly toOriginal: (span: Span) => Span
}

/** Makes the shadow of a text. */
export function shadowOf(text: string): Shadow {
  return UNUSUAL.test(text) ? mapped(text) : { text, toOriginal: (span) => span }
}

/** The text without what nobody can see: terminal sequences, controls but \n \t \r, invisible characters, half pairs. */
export function stripInvisible(text: string): string {
  return UNUSUAL.test(text) ? text.replace(INVISIBLE, '') : text
}

const UNUSUAL = /[^\t\n\r -~]/

// Terminal sequences come first, so that no `[31m` stays behind. A variation selector 16 after a pictograph is kept: it
// is how a warning sign is usually typed, and one bit carries nothing.
const INVISIBLE = new RegExp(
  [
    String.raw`\x1b\[[0-?]{0,40}[ -/]{0,8}[@-~]`,
    String.raw`\x1b\][^\x07\x1b\n]{0,400}(?:\x07|\x1b\\)`,
    String.raw`[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]`,
    String.raw`[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164]`,
    String.raw`[\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}\ud800-\udfff]`,
    String.raw`(?<!\p{Extended_Pictographic})\ufe0f`,
  ].join('|'),
  'gu',
)

function mapped(text: string): Shadow {
  const parts: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  const add = (plain: string, start: number, end: number) => {
    parts.push(plain)
    for (let unit = 0; unit < plain.length; unit++) {
      starts.push(start)
      ends.push(end)
    }
  }
  let from = 0
  for (const { 0: hidden, index } of text.matchAll(INVISIBLE)) {
    addVisible(text, [from, index], add)
    from = index + hidden.length
  }
  addVisible(text, [from, text.length], add)
  return {
    text: plainLookalikes(parts.join('')),
    toOriginal: ([start, end]) => [starts[start] ?? text.length, ends[end - 1] ?? 0],
  }
}

function addVisible(text: string, [from, to]: Span, add: (plain: string, start: number, end: number) => void): void {
  let at = from
  for (const character of text.slice(from, to)) {
    add(character < '\x80' ? character : character.normalize('NFKC'), at, at + character.length)
    at += character.length
  }
}
