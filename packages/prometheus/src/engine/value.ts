/**
 * What an expression comes to at one moment.
 */
import type { Labels } from '../labels.ts'

export type Sample = { readonly labels: Labels; readonly value: number }
/** A series' samples in a range, oldest first. */
export type Stretch = {
  readonly labels: Labels
  readonly timesMs: readonly number[]
  readonly values: readonly number[]
}
/** A range vector and the range it was taken from: what is later than `startMs`, up to `endMs`. */
export type Ranges = { readonly startMs: number; readonly endMs: number; readonly stretches: readonly Stretch[] }

export type Value =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly Sample[] }
  | { readonly type: 'matrix'; readonly ranges: Ranges }

/** A query that cannot be answered with the samples there are. */
export class ExecutionError extends Error {
  override readonly name = 'ExecutionError'
}

/** As Go writes a number without exponent: `1000000`, `+Inf`. */
export function valueText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const text = String(value)
  const [, digits = '', exponent = ''] = /^(-?[\d.]+)e([-+]\d+)$/.exec(text) ?? []
  return exponent === '' ? text : plain(digits, Number(exponent))
}

function plain(digits: string, exponent: number): string {
  const sign = digits.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.')
  if (exponent > 0) return sign + whole + fraction.padEnd(exponent, '0')
  return `${sign}0.${'0'.repeat(-exponent - 1)}${whole}${fraction}`
}
