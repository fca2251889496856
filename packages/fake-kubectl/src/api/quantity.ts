/**
 * Quantities of resources, `250m` and `8Gi`: compared, added and counted.
 * Source: apimachinery/pkg/api/resource/{quantity,amount}.go.
 */
import { divideUp, formatQuantity, readQuantity } from './quantity-text.ts'

const ONE = 1_000_000_000n
const MILLI = 1_000_000n

/** `'250m'` → 0.25, `'8Gi'` → 8589934592; undefined when it is no quantity. */
export function parseQuantity(text: string): number | undefined {
  if (known.has(text)) return known.get(text)
  if (known.size >= MOST_KNOWN) known.clear()
  const value = parsed(text)
  known.set(text, value)
  return value
}

/** The same few are read again and again. */
const known = new Map<string, number | undefined>()
const MOST_KNOWN = 1000

function parsed(text: string): number | undefined {
  try {
    const { nanos } = readQuantity(text)
    return Number(nanos / ONE) + Number(nanos % ONE) / 1e9
  } catch (fault) {
    if (fault instanceof RangeError) return undefined
    throw fault
  }
}

export function isWhole(text: string): boolean {
  return readQuantity(text).nanos % ONE === 0n
}

/** Resource lists count in thousandths, rounded up. */
export function roundUpToMilli(text: string): string {
  if (/^\d{1,12}(m|[kMG]i?)?$/.test(text)) return text // What is written in thousandths, or in more than ones, is whole.
  const { nanos, format } = readQuantity(text)
  return nanos % MILLI === 0n ? text : formatQuantity({ nanos: divideUp(nanos, MILLI) * MILLI, format })
}

/** Negative when `a` is less. @throws RangeError when one is no quantity */
export function compareQuantities(a: string, b: string): number {
  if (a === b) return 0
  const difference = readQuantity(a).nanos - readQuantity(b).nanos
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** In the first one's format, as Go adds. */
export function addQuantities(a: string, b: string): string {
  return combined(a, b, 1n)
}

export function subtractQuantities(a: string, b: string): string {
  return combined(a, b, -1n)
}

function combined(a: string, b: string, sign: bigint): string {
  const [first, second] = [readQuantity(a), readQuantity(b)]
  const { format } = first.nanos === 0n ? second : first
  return formatQuantity({ nanos: first.nanos + sign * second.nanos, format })
}

/** Bytes as a kubelet reports memory and disks: in Ki, rounded down. */
export function formatKibibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024)}Ki`
}
