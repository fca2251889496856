/**
 * The smallest parts of a Go expression in JavaScript's words: a character, an escape, a class; with both cases where
 * case does not count. Each reads from the start of a text and says how much of it was read.
 */

type Read = readonly [length: number, made: string]
type Refuse = (why: string) => SyntaxError

/** A character that stands for itself. */
export function literal(character: string, anyCase: boolean): string {
  const cases = anyCase ? casesOf(character) : [character]
  const [only] = cases
  return cases.length === 1 ? escaped(only!) : `[${cases.map((it) => inClass(it)).join('')}]`
}

/** What begins with a backslash. */
export function escapeOf(text: string, anyCase: boolean, refuse: Refuse): Read {
  const quoted = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(text)
  if (quoted) return [quoted[0].length, `(?:${[...quoted[1]!].map((it) => literal(it, anyCase)).join('')})`]
  if (text.startsWith(String.raw`\A`)) return [2, '^']
  if (text.startsWith(String.raw`\z`)) return [2, '$']
  if (/^\\[bB]/.test(text)) return [2, text.slice(0, 2)]
  const set = setOf(text)
  if (set) return [set[0], `[${set[1]}]`]
  const [length, character] = characterOf(text, refuse)
  return [length, literal(character, anyCase)]
}

/** `[…]`. */
export function characterClass(text: string, anyCase: boolean, refuse: Refuse): Read {
  const negated = text.startsWith('[^')
  let at = negated ? 2 : 1
  let made = ''
  // A bracket that comes first stands for itself.
  for (let first = true; first || text[at] !== ']'; first = false) {
    if (at >= text.length) throw refuse(`missing closing ]: \`${text}\``)
    const [length, item] = classItem(text.slice(at), anyCase, refuse)
    at += length
    made += item
  }
  return [at + 1, `[${negated ? '^' : ''}${made}]`]
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: String.raw`\x00-\x7F`,
  blank: String.raw`\t `,
  cntrl: String.raw`\x00-\x1F\x7F`,
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: String.raw`!-\/:-@\[-\x60\{-~`,
  space: String.raw`\t\n\v\f\r `,
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

function classItem(text: string, anyCase: boolean, refuse: Refuse): Read {
  const [posix, name = ''] = /^\[:(\w+):\]/.exec(text) ?? []
  if (posix !== undefined) {
    if (!Object.hasOwn(POSIX, name)) throw refuse(`invalid character class range: \`${posix}\``)
    return [posix.length, POSIX[name]!]
  }
  const set = text.startsWith('\\') ? setOf(text) : undefined
  if (set) return set
  const [length, low] = oneOf(text, refuse)
  const after = text.slice(length)
  if (!after.startsWith('-') || after.startsWith('-]') || after.length < 2)
    return [length, (anyCase ? casesOf(low) : [low]).map((it) => inClass(it)).join('')]
  const [more, high] = oneOf(after.slice(1), refuse)
  if (high < low) throw refuse(`invalid character class range: \`${text.slice(0, length + 1 + more)}\``)
  return [length + 1 + more, ranges(low, high, anyCase)]
}

function oneOf(text: string, refuse: Refuse): Read {
  if (text.startsWith('\\')) return characterOf(text, refuse)
  const character = String.fromCodePoint(text.codePointAt(0)!)
  return [character.length, character]
}

function ranges(low: string, high: string, anyCase: boolean): string {
  const range = `${inClass(low)}-${inClass(high)}`
  const lower = /^[a-z]{2}$/.test(low + high)
  const upper = /^[A-Z]{2}$/.test(low + high)
  if (anyCase && lower) return `${range}${low.toUpperCase()}-${high.toUpperCase()}`
  return anyCase && upper ? `${range}${low.toLowerCase()}-${high.toLowerCase()}` : range
}

/** `\d`, `\pL`, `\p{Greek}` and the like: more characters than one, as they stand in a class. */
function setOf(text: string): Read | undefined {
  // Go's \s has no vertical tab and no space but ASCII's.
  if (text.startsWith(String.raw`\s`)) return [2, String.raw`\t\n\f\r `]
  if (/^\\[dDwWS]/.test(text)) return [2, text.slice(0, 2)]
  const [all, letter = '', not = '', name = ''] = /^\\([pP])(?:\{(\^?)(\w+)\}|)/.exec(text) ?? []
  if (all === undefined) return undefined
  const negative = (letter === 'P') !== (not === '^') ? 'P' : 'p'
  if (name === '') return [3, `\\${negative}{${text[2] ?? ''}}`]
  return [all.length, name.length <= 2 ? `\\${negative}{${name}}` : `\\${negative}{Script=${name}}`]
}

const CONTROLS: Readonly<Record<string, string>> = { a: '\x07', f: '\f', t: '\t', n: '\n', r: '\r', v: '\v' }

/** An escape that stands for one character. */
function characterOf(text: string, refuse: Refuse): Read {
  const next = text[1]
  if (next === undefined) throw refuse('trailing backslash at end of expression: ``')
  if (Object.hasOwn(CONTROLS, next)) return [2, CONTROLS[next]!]
  const [hex, wide, narrow] = /^\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(text) ?? []
  if (hex !== undefined) return [hex.length, String.fromCodePoint(Number.parseInt(wide ?? narrow!, 16))]
  const [octal, digits = ''] = /^\\(0[0-7]{0,2})/.exec(text) ?? []
  if (octal !== undefined) return [octal.length, String.fromCodePoint(Number.parseInt(digits, 8))]
  if (/[0-9A-Za-z]/.test(next)) throw refuse(`invalid escape sequence: \`\\${next}\``)
  return [2, next]
}

function casesOf(character: string): string[] {
  return [...new Set([character, character.toLowerCase(), character.toUpperCase()])].filter(
    (it) => [...it].length === 1,
  )
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`)
}

function inClass(character: string): string {
  return character.replace(/[\\\]^[-]/, String.raw`\$&`)
}
