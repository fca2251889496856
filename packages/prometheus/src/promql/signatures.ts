/**
 * The functions there are, by what they take and give. Left out: those of native histograms, and what Prometheus calls
 * experimental.
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/
 */
import type { ValueType } from './ast.ts'

export type Signature = {
  readonly takes: readonly ValueType[]
  /** How many of the last may be left out. */
  readonly optional: number
  /** May the last be given again? */
  readonly variadic: boolean
  readonly gives: ValueType
}

const V = 'instant vector'
const R = 'range vector'
const S = 'scalar'
const T = 'string'

function takes(types: readonly ValueType[], more: Partial<Signature> = {}): Signature {
  return { takes: types, optional: 0, variadic: false, gives: V, ...more }
}

function each(names: string, signature: Signature): [string, Signature][] {
  return names.split(' ').map((name) => [name, signature])
}

export const SIGNATURES: ReadonlyMap<string, Signature> = new Map([
  ...each('abs ceil exp floor ln log10 log2 sgn sqrt absent scalar sort sort_desc timestamp', takes([V])),
  ...each('acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh deg rad', takes([V])),
  ...each('scalar', takes([V], { gives: S })),
  ...each('day_of_month day_of_week day_of_year days_in_month hour minute month year', takes([V], { optional: 1 })),
  ...each('round', takes([V, S], { optional: 1 })),
  ...each('clamp', takes([V, S, S])),
  ...each('clamp_max clamp_min', takes([V, S])),
  ...each('rate increase delta irate idelta deriv changes resets', takes([R])),
  ...each('avg_over_time count_over_time last_over_time max_over_time min_over_time', takes([R])),
  ...each('present_over_time stddev_over_time stdvar_over_time sum_over_time absent_over_time', takes([R])),
  ...each('quantile_over_time', takes([S, R])),
  ...each('predict_linear', takes([R, S])),
  ...each('histogram_quantile', takes([S, V])),
  ...each('label_replace', takes([V, T, T, T, T])),
  ...each('label_join', takes([V, T, T, T], { optional: 1, variadic: true })),
  ...each('vector', takes([S])),
  ...each('time pi', takes([], { gives: S })),
])
