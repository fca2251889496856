/**
 * A quantity's text: read exactly, and written as Kubernetes writes it back. `1000m` becomes `1`, `1024Mi` becomes `1Gi`,
 * `0.5` becomes `500m`, and what is canonical already stays as it is. In whole numbers, since a float would lose digits.
 * Source: apimachinery/pkg/api/resource/{quantity,suffix}.go; "Canonical form" in the comment on Quantity.
 */

/** An amount in billionths, and the family of suffixes in which it was written. */
export type Quantity = { readonly nanos: bigint; readonly format: 'decimal' | 'binary' | 'exponent' }

type Parsed = { readonly sign: string; readonly digits: string; readonly decimals: string; readonly suffix: string }
type Suffix = { readonly format: Quantity['format']; readonly exponent: number }

const FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const SUFFIX = "unable to parse quantity's suffix"
const ONE = 1_000_000_000n
const MAX_INT64 = 2n ** 63n - 1n
/** Digits that surely fit into 64 bits. */
const SAFE_DIGITS = 18
const BINARY_DIGITS = 14
/** Nobody has more zeros to offer; what is smaller is a billionth, what is greater is too much in any case. */
const MOST_ZEROS = 64

const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

/** @throws RangeError with Kubernetes' words when `text` is no quantity */
export function canonicalQuantity(text: string): string {
  const parsed = parse(text)
  const suffix = suffixOf(parsed.suffix)
  return isCanonical(parsed, suffix) ? text : formatQuantity(quantityOf(parsed, suffix))
}

/** @throws RangeError with Kubernetes' words when `text` is no quantity */
export function readQuantity(text: string): Quantity {
  const parsed = parse(text)
  return quantityOf(parsed, suffixOf(parsed.suffix))
}

/** The form in which the server writes it: no fraction, and the greatest suffix that leaves none. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0'
  // Neither small numbers nor fractions lose anything by being written with the other suffixes.
  const isBinary = format === 'binary' && nanos % ONE === 0n && (nanos >= 1024n * ONE || nanos <= -1024n * ONE)
  if (isBinary) {
    const [bytes, step] = steps(nanos / ONE, 1024n, BINARY.length)
    return `${bytes}${BINARY[step]}`
  }
  const [rest, step] = steps(nanos, 1000n, DECIMAL.length)
  return format === 'exponent' && step !== 3 ? `${rest}e${(step - 3) * 3}` : `${rest}${DECIMAL[step]}`
}

function steps(value: bigint, size: bigint, count: number): [rest: bigint, step: number] {
  let [rest, step] = [value, 0]
  while (rest % size === 0n && step < count - 1) [rest, step] = [rest / size, step + 1]
  return [rest, step]
}

function parse(text: string): Parsed {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text)
  if (!match || text === '') throw new RangeError(FORMAT)
  const [, sign = '', digits = '', decimals = '', suffix = ''] = match
  return { sign, digits: digits === '' ? '0' : digits, decimals, suffix }
}

function suffixOf(suffix: string): Suffix {
  const decimal = DECIMAL.indexOf(suffix)
  if (decimal >= 0) return { format: 'decimal', exponent: (decimal - 3) * 3 }
  const power = BINARY.indexOf(suffix)
  if (power > 0) return { format: 'binary', exponent: power * 10 }
  if (/^[eE][+-]?\d+$/.test(suffix)) return { format: 'exponent', exponent: Number(suffix.slice(1)) }
  throw new RangeError(SUFFIX)
}

/** Text that is written already as it would be written. */
function isCanonical({ digits, decimals }: Parsed, { format, exponent }: Suffix): boolean {
  if (digits === '0' && decimals === '') return false
  if (format === 'binary') {
    // 2^10 takes three digits.
    const isShort = digits.length + Math.trunc((exponent * 3) / 10) <= BINARY_DIGITS
    return decimals === '' && isShort && (BigInt(digits) & 7n) !== 0n
  }
  const all = digits + decimals
  const scale = exponent - decimals.length
  return all.length <= SAFE_DIGITS && scale >= -9 && scale % 3 === 0 && !all.endsWith('000') && !all.startsWith('0')
}

function quantityOf({ sign, digits, decimals }: Parsed, { format, exponent }: Suffix): Quantity {
  const isBinary = format === 'binary'
  const mantissa = BigInt(digits + decimals) * (isBinary ? 2n ** BigInt(exponent) : 1n)
  const tens = Math.max(-MOST_ZEROS, Math.min(MOST_ZEROS, isBinary ? 0 : exponent)) - decimals.length + 9
  const nanos = tens >= 0 ? mantissa * 10n ** BigInt(tens) : divideUp(mantissa, 10n ** BigInt(-tens))
  const capped = isBinary && nanos > MAX_INT64 * ONE ? MAX_INT64 * ONE : nanos
  return { nanos: sign === '-' ? -capped : capped, format }
}

/** Nothing is smaller than a billionth; who asks for less gets one. */
export function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b
}
