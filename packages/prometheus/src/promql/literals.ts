/**
 * What numbers, durations and quoted strings mean.
 * Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals
 */
import { durationMs } from './duration.ts'

/** `1e3`, `0x1f`, `1_000`, `Inf`, and `5m`, which is 300. */
export function numberOf(text: string): number {
  const { sign, plain } = signed(text.replaceAll('_', '').toLowerCase())
  if (plain === 'inf') return sign * Infinity
  if (plain === 'nan') return NaN
  const ms = /^\d+(ms|[ywdhms])/.test(plain) ? durationMs(plain) : undefined
  return sign * (ms === undefined ? Number(plain) : ms / 1000)
}

/** `5m`, `-1h`, or seconds; in milliseconds. @throws RangeError for what is to be computed */
export function spanOf(text: string): number {
  const { sign, plain } = signed(text)
  const ms = durationMs(plain) ?? Number(plain) * 1000
  if (Number.isNaN(ms)) throw new RangeError(`arithmetic in durations is not supported: "${text}"`)
  return sign * ms
}

function signed(text: string): { sign: 1 | -1; plain: string } {
  const [, sign = '', plain = ''] = /^([-+]?)(.*)$/.exec(text.replaceAll(/\s/g, ''))!
  return { sign: sign === '-' ? -1 : 1, plain }
}

/** In single or double quotes, with escapes, or in backticks as it is. @throws RangeError for a quote or an escape that is none */
export function stringOf(text: string): string {
  const quote = text[0]!
  if (text.length < 2 || !text.endsWith(quote)) throw new RangeError('unterminated quoted string')
  const body = text.slice(1, -1)
  if (quote === '`') return body
  return body.replaceAll(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/gs, (_, escape: string) => unescaped(escape))
}

function unescaped(escape: string): string {
  if (/^[xu]./.test(escape)) return String.fromCodePoint(Number.parseInt(escape.slice(1), 16))
  const meant = ESCAPES[escape]
  if (meant !== undefined) return meant
  const code = escape.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  throw new RangeError(`unknown escape sequence U+${code} '${escape}'`)
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
}
