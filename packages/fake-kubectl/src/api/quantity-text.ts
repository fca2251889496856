/**
 * A quantity's text as Kubernetes writes it back: `1000m` becomes `1`, `1024Mi` becomes `1Gi`, `0.5` becomes `500m`, and
 * what is canonical already stays as it is. In whole numbers, since a float would lose digits.
 * Source: apimachinery/pkg/api/resource/{quantity,suffix}.go; "Canonical form" in the comment on Quantity.
 */

type Format = 'decimal' | 'binary' | 'exponent'
/** mantissa × 10^exponent */
type Amount = { readonly mantissa: bigint; readonly exponent: number }
type Parsed = { readonly sign: string; readonly digits: string; readonly decimals: string; readonly suffix: string }

const FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const SUFFIX = "unable to parse quantity's suffix"
const NANO = -9
const MAX_INT64 = 2n ** 63n - 1n
/** Digits that surely fit into 64 bits. */
const SAFE_DIGITS = 18
const BINARY_DIGITS = 14

/** @throws RangeError with Kubernetes' words when `text` is no quantity */
export function canonicalQuantity(text: string): string {
  const parsed = parse(text)
  const { format, exponent } = suffixOf(parsed.suffix)
  if (isCanonical(parsed, format, exponent)) return text
  const amount = amountOf(parsed, format, exponent)
  if (format === 'binary') return writeBinary(amount)
  return writeDecimal(amount, format)
}

function parse(text: string): Parsed {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text)
  if (!match || text === '') throw new RangeError(FORMAT)
  const [, sign = '', digits = '', decimals = '', suffix = ''] = match
  return { sign, digits: digits === '' ? '0' : digits, decimals, suffix }
}

const DECIMAL: readonly [string, number][] = [
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

function suffixOf(suffix: string): { format: Format; exponent: number } {
  const decimal = DECIMAL.find(([name]) => name === suffix)
  if (decimal) return { format: 'decimal', exponent: decimal[1] }
  const power = BINARY.indexOf(suffix)
  if (power > 0) return { format: 'binary', exponent: power * 10 }
  if (/^[eE][+-]?\d+$/.test(suffix)) return { format: 'exponent', exponent: Number(suffix.slice(1)) }
  throw new RangeError(SUFFIX)
}

/** Text that is written already as it would be written. */
function isCanonical({ digits, decimals }: Parsed, format: Format, exponent: number): boolean {
  if (digits === '0' && decimals === '') return false
  if (format === 'binary') {
    // 2^10 takes three digits.
    const isShort = digits.length + Math.trunc((exponent * 3) / 10) <= BINARY_DIGITS
    return decimals === '' && isShort && (BigInt(digits) & 7n) !== 0n
  }
  const all = digits + decimals
  const scale = exponent - decimals.length
  return all.length <= SAFE_DIGITS && scale >= NANO && scale % 3 === 0 && !all.endsWith('000') && !all.startsWith('0')
}

function amountOf({ sign, digits, decimals }: Parsed, format: Format, exponent: number): Amount {
  const factor = format === 'binary' ? 2n ** BigInt(exponent) : 1n
  const mantissa = BigInt(digits + decimals) * factor
  const scale = (format === 'binary' ? 0 : exponent) - decimals.length
  const rounded = roundUp({ mantissa, exponent: scale })
  const capped = format === 'binary' && isOver(rounded) ? { mantissa: MAX_INT64, exponent: 0 } : rounded
  return sign === '-' ? { ...capped, mantissa: -capped.mantissa } : capped
}

/** Nothing is smaller than a nano; who asks for less gets one. */
function roundUp({ mantissa, exponent }: Amount): Amount {
  if (exponent >= NANO) return { mantissa, exponent }
  const unit = 10n ** BigInt(NANO - exponent)
  return { mantissa: (mantissa + unit - 1n) / unit, exponent: NANO }
}

function isOver({ mantissa, exponent }: Amount): boolean {
  return mantissa > MAX_INT64 * 10n ** BigInt(-exponent)
}

function writeBinary(amount: Amount): string {
  const unit = 10n ** BigInt(-amount.exponent)
  const whole = amount.mantissa / unit
  // Neither small numbers nor fractions lose anything by being written with the other suffixes.
  if (amount.mantissa % unit !== 0n || (whole > -1024n && whole < 1024n)) return writeDecimal(amount, 'decimal')
  let mantissa = whole
  let power = 0
  while (mantissa % 1024n === 0n && power < BINARY.length - 1) {
    mantissa /= 1024n
    power += 1
  }
  return `${mantissa}${BINARY[power]}`
}

function writeDecimal({ mantissa, exponent }: Amount, format: Format): string {
  if (mantissa === 0n) return '0'
  while (mantissa % 10n === 0n) {
    mantissa /= 10n
    exponent += 1
  }
  while (exponent % 3 !== 0) {
    mantissa *= 10n
    exponent -= 1
  }
  if (format === 'exponent') return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`
  return `${mantissa}${DECIMAL.find(([, it]) => it === exponent)?.[0] ?? ''}`
}
