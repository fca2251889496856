/**
 * Times as Go parses them from JSON, and its words for what is none.
 * Source: Go's time.Parse with RFC 3339; apimachinery/pkg/apis/meta/v1/{time,micro_time}.go.
 */

const SECONDS = '2006-01-02T15:04:05Z07:00'
const MICROSECONDS = '2006-01-02T15:04:05.000000Z07:00'

type Part = { readonly layout: string; readonly pattern: RegExp; readonly name?: string; readonly max?: number }

/** Go reads a layout piece by piece; the first piece that does not fit is the one it tells of. */
const DATE: readonly Part[] = [
  { layout: '2006', pattern: /^\d{4}/ },
  { layout: '-', pattern: /^-/ },
  { layout: '01', pattern: /^\d\d/, name: 'month', max: 12 },
  { layout: '-', pattern: /^-/ },
  { layout: '02', pattern: /^\d\d/, name: 'day', max: 31 },
  { layout: 'T', pattern: /^T/ },
  { layout: '15', pattern: /^\d\d?/, name: 'hour', max: 23 },
  { layout: ':', pattern: /^:/ },
  { layout: '04', pattern: /^\d\d/, name: 'minute', max: 59 },
  { layout: ':', pattern: /^:/ },
  { layout: '05', pattern: /^\d\d/, name: 'second', max: 59 },
]
const ZONE: Part = { layout: 'Z07:00', pattern: /^(?:Z|[+-]\d\d:\d\d)/ }
/** Taken after the seconds even where the layout has none. */
const FRACTION: Part = { layout: '', pattern: /^(?:[.,]\d+)?/ }
const SIX_DIGITS: Part = { layout: '.000000', pattern: /^[.,]\d{6}(?!\d)/ }

/** @returns milliseconds since 1970 @throws SyntaxError */
export function parseTime(text: string): number {
  return parse(text, SECONDS, [...DATE, FRACTION, ZONE])
}

/** The same, for a MicroTime. @throws SyntaxError */
export function parseMicroTime(text: string): number {
  return parse(text, MICROSECONDS, [...DATE, SIX_DIGITS, ZONE])
}

function parse(text: string, layout: string, parts: readonly Part[]): number {
  let rest = text
  for (const part of parts) {
    const found = part.pattern.exec(rest)?.[0]
    if (found === undefined) throw unfit(text, layout, rest, part)
    if (part.max !== undefined && isOutside(Number(found), part)) throw outside(text, part.name!)
    rest = rest.slice(found.length)
  }
  if (rest !== '') throw new SyntaxError(`parsing time ${quote(text)}: extra text: ${quote(rest)}`)
  const day = Number(text.slice(8, 10))
  if (day > daysIn(Number(text.slice(0, 4)), Number(text.slice(5, 7)))) throw outside(text, 'day')
  return Date.parse(normal(text))
}

function isOutside(value: number, { name, max }: Part): boolean {
  return value > max! || (value < 1 && (name === 'month' || name === 'day'))
}

function unfit(text: string, layout: string, rest: string, part: Part): Error {
  return new SyntaxError(
    `parsing time ${quote(text)} as ${quote(layout)}: cannot parse ${quote(rest)} as ${quote(part.layout)}`,
  )
}

function outside(text: string, name: string): Error {
  return new SyntaxError(`parsing time ${quote(text)}: ${name} out of range`)
}

function quote(text: string): string {
  return JSON.stringify(text)
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** What Date.parse takes: an hour of two digits, a point, three decimals. */
function normal(text: string): string {
  return text
    .replace(/T(\d):/, 'T0$1:')
    .replace(/[.,](\d+)/, (_, digits: string) => `.${digits.padEnd(3, '0').slice(0, 3)}`)
}
