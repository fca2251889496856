/**
 * How much something uses over time: a quantity, `100m`, or a way from one to another, `64Mi..600Mi over 20m`.
 */
import { parseDuration } from '../../api/age.ts'
import { parseQuantity } from '../../api/quantity.ts'

export type Curve = { readonly from: number; readonly to: number; readonly overMs: number }

const known = new Map<string, Curve>()

/** In the quantity's base unit: cores, bytes. @throws RangeError for what is no quantity */
export function curve(text: string): Curve {
  const found = known.get(text)
  if (found) return found
  const [, from = text, to = from, over = '0s'] = /^(\S+?)\.\.(\S+) over (\S+)$/.exec(text) ?? []
  const made = { from: amount(from), to: amount(to), overMs: parseDuration(over) }
  known.set(text, made)
  return made
}

export function valueAfter({ from, to, overMs }: Curve, elapsedMs: number): number {
  if (elapsedMs >= overMs) return to
  return from + ((to - from) * elapsedMs) / overMs
}

/** Milliseconds until the curve stands above a limit; Infinity when it never does. */
export function reachedAfterMs({ from, to, overMs }: Curve, limit: number): number {
  if (from > limit) return 0
  if (to <= limit) return Infinity
  return Math.ceil(((limit - from) / (to - from)) * overMs)
}

function amount(text: string): number {
  const value = parseQuantity(text)
  if (value === undefined) throw new RangeError(`quantity ${JSON.stringify(text)}: expected a number like 100m or 64Mi`)
  return value
}
