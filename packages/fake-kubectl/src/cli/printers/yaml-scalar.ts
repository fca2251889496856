/**
 * One text in YAML: plain, quoted or as a literal block, folded where it is long.
 * Source: go.yaml.in/yaml/v2, resolve.go and emitterc.go (analyze, select, write scalars).
 */

/** Where it stands: the indentation of its further lines, the column it begins in, and whether it is a key. */
export type Place = { readonly indent: number; readonly column: number; readonly isKey: boolean }

const BEST_WIDTH = 80
const BEST_INDENT = 2

export function scalar(text: string, place: Place): string {
  const may = analyze(text)
  if (text.includes('\n') && !place.isKey && may.block) return literal(text, place)
  if (!text.includes('\n') && !readsAsOther(text)) {
    if (may.plain) return fold(text, place, 'plain')
    if (may.single) return `'${fold(text, { ...place, column: place.column + 1 }, 'single')}'`
  }
  return doubleQuoted(text, place)
}

const WORDS =
  /^(|~|null|Null|NULL|y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF|\.nan|\.NaN|\.NAN|[-+]?\.(inf|Inf|INF)|<<)$/
const INTEGER = /^[-+]?(0[xX][\da-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|\d+)$/
const FLOAT = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/
const BASE_60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/
const TIME =
  /^\d{4}-\d{1,2}-\d{1,2}([Tt]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d{2}:\d{2})|[ \t]+\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?)?$/

/** Would YAML 1.1 read the plain text as something else than text? */
function readsAsOther(text: string): boolean {
  if (WORDS.test(text) || BASE_60.test(text) || TIME.test(text)) return true
  if (!/^[-+.\d]/.test(text)) return false
  const number = text.startsWith('.') ? text : text.replaceAll('_', '')
  return INTEGER.test(number) || FLOAT.test(number)
}

/** Which styles can hold the text? */
function analyze(text: string): { plain: boolean; single: boolean; block: boolean } {
  const special = /[^\n\x20-\x7E\u00A0-\uD7FF\uE000-\uFFFD]|\uFEFF/u.test(text)
  const spaceBreak = / \n/.test(text)
  const breakSpace = /\n /.test(text)
  const edges = /^[ \n]|[ \n]$/.test(text)
  const indicators = /^(---|\.\.\.)|^[#,[\]{}&*!|>'"%@`]|^[?:-]([ \t]|$)|:([ \t]|$)|[ \t\n]#/.test(text)
  return {
    plain: !(special || spaceBreak || breakSpace || edges || indicators || text.includes('\n')),
    single: !(special || spaceBreak || breakSpace),
    block: !(special || spaceBreak || text.endsWith(' ')),
  }
}

/** A space behind column 80 becomes a line end, unless another follows. */
function fold(text: string, { indent, column, isKey }: Place, style: 'plain' | 'single'): string {
  const characters = [...text]
  let out = ''
  let at = column
  let afterSpace = false
  for (const [i, character] of characters.entries()) {
    const isSpace = character === ' '
    const inside = style === 'plain' || (i > 0 && i < characters.length - 1)
    if (isSpace && !isKey && !afterSpace && at > BEST_WIDTH && inside && characters[i + 1] !== ' ') {
      out += `\n${' '.repeat(indent)}`
      at = indent
    } else {
      const written = style === 'single' && character === "'" ? "''" : character
      out += written
      at += written.length
    }
    afterSpace = isSpace
  }
  return out
}

const ESCAPES: Record<string, string> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1B': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\u2028': 'L',
  '\u2029': 'P',
}

function doubleQuoted(text: string, { indent, column, isKey }: Place): string {
  const characters = [...text]
  let out = '"'
  let at = column + 1
  let afterSpace = false
  for (const [i, character] of characters.entries()) {
    const isSpace = character === ' '
    if (isSpace && !isKey && !afterSpace && at > BEST_WIDTH && i > 0 && i < characters.length - 1) {
      out += `\n${' '.repeat(indent)}${characters[i + 1] === ' ' ? '\\' : ''}`
      at = indent
    } else {
      const written = escaped(character)
      out += written
      at += [...written].length
    }
    afterSpace = isSpace
  }
  return `${out}"`
}

function escaped(character: string): string {
  const short = ESCAPES[character]
  if (short !== undefined) return `\\${short}`
  if (/[\x20-\x7E\u00A0-\uD7FF\uE000-\uFFFD]/u.test(character) && character !== '\uFEFF') return character
  const code = character.codePointAt(0)!
  const hex = code.toString(16).toUpperCase()
  return code <= 0xff
    ? `\\x${hex.padStart(2, '0')}`
    : code <= 0xffff
      ? `\\u${hex.padStart(4, '0')}`
      : `\\U${hex.padStart(8, '0')}`
}

function literal(text: string, { indent }: Place): string {
  const indentHint = /^[ \n]/.test(text) ? String(BEST_INDENT) : ''
  const chomping = !text.endsWith('\n') ? '-' : /^\n$|\n\n$/.test(text) ? '+' : ''
  const body = chomping === '-' ? text : text.slice(0, -1)
  const lines = body.split('\n').map((line) => (line === '' ? '' : `${' '.repeat(indent)}${line}`))
  return `|${indentHint}${chomping}\n${lines.join('\n')}`
}
