/**
 * Quantities of resources, `250m` and `8Gi`: exact values, and the one form in which the API server writes each of them.
 * Source: apimachinery/pkg/api/resource/{quantity,suffix,amount}.go.
 */

/** An amount in billionths, and the family of suffixes in which it was written. */
export type Quantity = { readonly nanos: bigint; readonly format: 'decimal' | 'binary' | 'exponent' }

const NANO = 1_000_000_000n
const MILLI = 1_000_000n

const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

const QUANTITY = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?)|[eE]([+-]?\d+))$/

/** `'250m'` → 0.25, `'8Gi'` → 8589934592; undefined when it is no quantity. */
export function parseQuantity(text: string): number | undefined {
  const quantity = readQuantity(text)
  if (!quantity) return undefined
  const whole = quantity.nanos / NANO
  return Number(whole) + Number(quantity.nanos - whole * NANO) / 1e9
}

/** The exact value; undefined when it is no quantity. What is finer than a billionth is rounded up. */
export function readQuantity(text: string): Quantity | undefined {
  const match = QUANTITY.exec(text)
  if (!match) return undefined
  const [, sign, whole = '', fraction = match[4] ?? '', , suffix = '', exponent] = match
  const digits = BigInt(whole + fraction)
  const nanos = scaled(digits, fraction.length, suffix, exponent)
  const format = exponent !== undefined ? 'exponent' : suffix.endsWith('i') ? 'binary' : 'decimal'
  return { nanos: sign === '-' ? -nanos : nanos, format }
}

function scaled(digits: bigint, decimals: number, suffix: string, exponent: string | undefined): bigint {
  if (suffix.endsWith('i')) return divideUp(digits * NANO * 1024n ** BigInt(BINARY.indexOf(suffix)), power(decimals))
  const tens = exponent === undefined ? (DECIMAL.indexOf(suffix) - 3) * 3 : Math.min(Number(exponent), 1000)
  const shift = tens + 9 - decimals
  return shift >= 0 ? digits * power(shift) : divideUp(digits, power(-shift))
}

function power(tens: number): bigint {
  return 10n ** BigInt(tens)
}

function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b
}

/** The form in which the server writes it: no fraction, and the greatest suffix that leaves none. */
export function formatQuantity({ nanos, format }: Quantity): string {
  const isBinary = format === 'binary' && nanos % NANO === 0n && (nanos >= 1024n * NANO || nanos <= -1024n * NANO)
  if (isBinary) return formatBinary(nanos / NANO)
  if (nanos === 0n) return '0'
  let [rest, step] = [nanos, 0]
  while (rest % 1000n === 0n && step < DECIMAL.length - 1) [rest, step] = [rest / 1000n, step + 1]
  if (format !== 'exponent' || step === 3) return `${rest}${DECIMAL[step]}`
  return `${rest}e${(step - 3) * 3}`
}

function formatBinary(bytes: bigint): string {
  let [rest, step] = [bytes, 0]
  while (rest % 1024n === 0n && step < BINARY.length - 1) [rest, step] = [rest / 1024n, step + 1]
  return `${rest}${BINARY[step]}`
}

/** Most are written well, and need no arithmetic. */
function isCanonical(text: string): boolean {
  const [, digits, suffix = ''] = /^([1-9]\d{0,9})(m|[kMG]|[KMG]i)?$/.exec(text) ?? []
  return digits !== undefined && Number(digits) % (suffix.endsWith('i') ? 1024 : 1000) !== 0
}

/** Resource lists count in thousandths, rounded up. */
export function roundUpToMilli(text: string): string {
  const quantity = isCanonical(text) ? undefined : readQuantity(text)
  if (!quantity) return text
  return formatQuantity({ ...quantity, nanos: divideUp(quantity.nanos, MILLI) * MILLI })
}

/** Negative when `a` is less. @throws RangeError when one is no quantity */
export function compareQuantities(a: string, b: string): number {
  if (a === b) return 0
  const difference = mustRead(a).nanos - mustRead(b).nanos
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** In the first one's format, as Go adds. */
export function addQuantities(a: string, b: string): string {
  const first = mustRead(a)
  const second = mustRead(b)
  return formatQuantity({
    nanos: first.nanos + second.nanos,
    format: first.nanos === 0n ? second.format : first.format,
  })
}

export function subtractQuantities(a: string, b: string): string {
  const first = mustRead(a)
  const second = mustRead(b)
  return formatQuantity({
    nanos: first.nanos - second.nanos,
    format: first.nanos === 0n ? second.format : first.format,
  })
}

function mustRead(text: string): Quantity {
  const quantity = readQuantity(text)
  if (!quantity) throw new RangeError(`${JSON.stringify(text)} is no quantity`)
  return quantity
}

/** Bytes as a kubelet reports memory and disks: in Ki, rounded down. */
export function formatKibibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024)}Ki`
}
