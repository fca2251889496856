/**
 * Folds long lines for a person's terminal: between words, and with the next line indented to where the text of the first
 * began, below a label (`  Expected    …`) or a number (`  1. …`). Colours have no width. It knows nothing of reports.
 */
const LABEL_WITHIN = 20 // columns; two spaces further on stand in a sentence, not behind a label
const NARROWEST = 40 // below this, folding would help nobody

/** @example fold('  1. a hint of words', 40) // unchanged: it fits */
export function fold(text: string, columns: number | undefined): string {
  if (columns === undefined || columns < NARROWEST) return text
  return text
    .split('\n')
    .flatMap((line) => foldLine(line, columns))
    .join('\n')
}

/** The words of a text in lines of at most `width` characters; a longer word stands alone. */
export function linesOf(text: string, width: number): string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) return [...lines, word]
    return [...lines.slice(0, -1), `${last} ${word}`]
  }, [])
}

function foldLine(line: string, columns: number): string[] {
  const cells = cellsOf(line)
  if (cells.length <= columns) return [line]
  const plain = cells.map(visible).join('')
  const indent = indentOf(plain)
  const lines: string[] = []
  let from = 0
  while (from < cells.length) {
    const width = columns - (from === 0 ? 0 : indent)
    const to = cells.length - from <= width ? cells.length : breakIn(plain, from, from + width)
    lines.push(' '.repeat(from === 0 ? 0 : indent) + cells.slice(from, to).join('').trimEnd())
    from = plain[to] === ' ' ? to + 1 : to
  }
  return lines
}

/** The last place to break: at a space, after a comma of JSON, or where the line is full. */
function breakIn(plain: string, from: number, full: number): number {
  for (let at = full; at > (from + full) / 2; at--) {
    if (plain[at] === ' ' || plain[at - 1] === ',') return at
  }
  return full
}

/** Where the text begins: behind the label and two spaces or more, or behind `1. `. */
function indentOf(plain: string): number {
  const head = plain.slice(0, LABEL_WITHIN)
  const [label = ''] = /^.*\S {2,}(?=\S)/.exec(head) ?? /^ *(\d+\. )?/.exec(head) ?? []
  return label.length
}

const COLOUR = String.raw`\u001B\[[\d;]*m`
const CELL = new RegExp(`(?:${COLOUR})*[^\\u001B](?:${COLOUR})*`, 'g')

/** One visible character each, with the colour changes that stand beside it. */
function cellsOf(line: string): string[] {
  return line.match(CELL) ?? []
}

function visible(cell: string): string {
  return cell.replaceAll(new RegExp(COLOUR, 'g'), '')
}
