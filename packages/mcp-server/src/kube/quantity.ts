/**
 * Kubernetes' quantities as numbers: `250m`, `1536Mi`, `2`, `1e9`.
 *
 * Source: apimachinery, pkg/api/resource.
 */
const QUANTITY = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)$/

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** NaN for what is no quantity. */
function valueOf(text: string): number {
  const [, number = '', suffix = ''] = QUANTITY.exec(text) ?? []
  return number === '' ? Number.NaN : Number(number) * (FACTORS[suffix] ?? Number.NaN)
}

export function milliCoresOf(cpu: string): number {
  return valueOf(cpu) * 1000
}

export function bytesOf(memory: string): number {
  return valueOf(memory)
}
