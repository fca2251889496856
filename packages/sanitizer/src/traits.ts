/**
 * What a text is made of, found in one pass without an expression: most texts are short and plain, and whatever looks
 * deeper need not look at them.
 */

export type Traits = {
  /** A run of 16 or more letters, digits and `+/=_-` that may be no word: of both cases, or with digits and signs, or hex. */
  readonly run: boolean
  /** `%`, `&` or a backslash. */
  readonly escapes: boolean
  /** A line's end, or a quote beside a sign that could join it to the next. */
  readonly joints: boolean
  /** Letters that stand alone, five or more one after another. */
  readonly singles: boolean
  /** Words with digits or signs among their letters, two or more, and one in four; apart by spaces. */
  readonly mixedWords: boolean
  /** Gaps that are no single space, three or more, and one in eleven characters. */
  readonly gaps: boolean
}

const [LOWER, UPPER, DIGIT, HEX, RUN_SIGN, LEET_SIGN, SPACE, OTHER] = [0, 1, 2, 3, 4, 5, 6, 7] as const

/** Of each ASCII character its kind. */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code)
  if (/[a-f]/.test(letter)) return HEX
  if (/[a-z]/.test(letter)) return LOWER
  if (/[A-Z]/.test(letter)) return UPPER
  if (/\d/.test(letter)) return DIGIT
  if (/[+/=_-]/.test(letter)) return RUN_SIGN
  if (/[@$!|]/.test(letter)) return LEET_SIGN
  return /\s/.test(letter) ? SPACE : OTHER
})

const RUN_MIN = 16
const NEWLINE = 10
const ESCAPES = codesOf('%&\\')
const QUOTES = codesOf('"\'`')
const MARKS = codesOf('*_`')

function codesOf(letters: string): readonly number[] {
  return [...letters].map((letter) => letter.charCodeAt(0))
}

export function traitsOf(text: string): Traits {
  let [run, escapes, joints] = [false, false, false]
  let [singles, mostSingles, words, mixed, gaps] = [0, 0, 0, 0, 0]
  // Of the run that is being read: where it begins, and which kinds it has, as bits.
  let [start, kinds] = [0, 0]
  // Of the word: where it begins, and which kinds.
  let [wordStart, wordKinds] = [0, 0]
  let before = SPACE as number
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 32
    const kind = code < 128 ? KINDS[code]! : OTHER
    if (kind <= RUN_SIGN) {
      kinds |= 1 << kind
    } else {
      if (at - start >= RUN_MIN) run ||= isNoWord(kinds)
      start = at + 1
      kinds = 0
      escapes ||= ESCAPES.includes(code)
      joints ||= code === NEWLINE || (QUOTES.includes(code) && /^[\s+.&~\\]/.test(text.slice(at + 1, at + 2)))
    }
    if (kind <= HEX || kind === LEET_SIGN) {
      wordKinds |= 1 << kind
    } else {
      if (at > wordStart) {
        words += 1
        singles = at - wordStart === 1 ? singles + 1 : 0
        if (singles > mostSingles) mostSingles = singles
        if (at - wordStart >= 3 && isMixed(wordKinds)) mixed += 1
      }
      wordStart = at + 1
      wordKinds = 0
      if (kind === SPACE ? before === SPACE || code !== 32 : MARKS.includes(code)) gaps += 1
    }
    before = kind
  }
  const mixedWords = mixed >= 2 && mixed * 4 >= words && text.includes(' ')
  return { run, escapes, joints, singles: mostSingles >= 5, mixedWords, gaps: gaps >= 3 && gaps * 11 > text.length }
}

const ANY_LOWER = (1 << LOWER) | (1 << HEX)

function isNoWord(kinds: number): boolean {
  if ((kinds & (1 << UPPER)) !== 0)
    return (kinds & ANY_LOWER) !== 0 || ((kinds & (1 << DIGIT)) !== 0 && (kinds & (1 << RUN_SIGN)) !== 0)
  return (kinds & (1 << DIGIT)) !== 0 && ((kinds & (1 << LOWER)) === 0 || (kinds & (1 << RUN_SIGN)) !== 0)
}

function isMixed(kinds: number): boolean {
  return (kinds & (ANY_LOWER | (1 << UPPER))) !== 0 && (kinds & ((1 << DIGIT) | (1 << LEET_SIGN))) !== 0
}
