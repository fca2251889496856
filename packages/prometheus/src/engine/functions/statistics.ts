/**
 * Means, spreads and quantiles, as Prometheus computes them.
 */

export function mean(values: readonly number[]): number {
  const sum = values.reduce((all, value) => all + value, 0)
  if (Number.isFinite(sum)) return sum / values.length
  // The sum may be too large where the mean is not.
  return values.reduce((all, value, i) => all + (value - all) / (i + 1), 0)
}

/** Of the whole population; NaN of none. */
export function variance(values: readonly number[]): number {
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length
}

/** Between the values, linearly. @param q from 0 to 1; what is outside comes to an infinity */
export function quantile(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return NaN
  if (q < 0) return -Infinity
  if (q > 1) return Infinity
  const sorted = [...values].sort((a, b) => (Number.isNaN(a) ? -1 : Number.isNaN(b) ? 1 : a - b))
  const rank = q * (sorted.length - 1)
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(sorted.length - 1, lower + 1)
  const weight = rank - Math.floor(rank)
  return sorted[lower]! * (1 - weight) + sorted[upper]! * weight
}

/** Least squares over samples. @returns what it is at `atMs`, and its slope for a second */
export function line(
  timesMs: readonly number[],
  values: readonly number[],
  atMs: number,
): { intercept: number; slope: number } {
  if (values.every((value) => value === values[0])) {
    return Number.isFinite(values[0]) ? { intercept: values[0]!, slope: 0 } : { intercept: NaN, slope: NaN }
  }
  const seconds = timesMs.map((timeMs) => (timeMs - atMs) / 1000)
  const [meanX, meanY] = [mean(seconds), mean(values)]
  const covariance = seconds.reduce((sum, x, i) => sum + (x - meanX) * (values[i]! - meanY), 0)
  const slope = covariance / seconds.reduce((sum, x) => sum + (x - meanX) ** 2, 0)
  return { intercept: meanY - slope * meanX, slope }
}
