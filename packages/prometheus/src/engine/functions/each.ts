/**
 * Functions of one number, for each sample of a vector.
 */

type Each = (value: number, ...parameters: number[]) => number

const FROM_MATH = 'abs ceil exp floor log10 log2 sqrt acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh'

export const EACH: Readonly<Record<string, Each>> = {
  ...Object.fromEntries(FROM_MATH.split(' ').map((name) => [name, Math[name as 'abs']])),
  ln: Math.log,
  sgn: (value) => Math.sign(value),
  deg: (value) => (value * 180) / Math.PI,
  rad: (value) => (value * Math.PI) / 180,
  clamp: (value, least = 0, most = 0) => Math.max(least, Math.min(most, value)),
  clamp_min: (value, least = 0) => Math.max(least, value),
  clamp_max: (value, most = 0) => Math.min(most, value),
  // By the inverse, as Prometheus does, so that 0.1 has no remainder of its own.
  round: (value, to = 1) => Math.floor(value * (1 / to) + 0.5) / (1 / to),
}
