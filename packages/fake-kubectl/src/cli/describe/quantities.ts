/**
 * Sums of quantities, written as Kubernetes writes them: `1500m`, `2Gi`. Exact, in billionths.
 * Source: apimachinery/pkg/api/resource/quantity.go; component-helpers/resource/helpers.go.
 */
import type { Wire } from '../wire.ts'

/** A number of billionths, and whether it is written in powers of 1024. */
export type Quantity = { readonly nano: bigint; readonly binary: boolean }

export const ZERO: Quantity = { nano: 0n, binary: false }

const NANO = 1_000_000_000n
const DECIMAL: readonly (readonly [suffix: string, nano: bigint])[] = [
  ['E', NANO * 10n ** 18n],
  ['P', NANO * 10n ** 15n],
  ['T', NANO * 10n ** 12n],
  ['G', NANO * 10n ** 9n],
  ['M', NANO * 10n ** 6n],
  ['k', NANO * 1000n],
  ['', NANO],
  ['m', 1_000_000n],
  ['u', 1000n],
  ['n', 1n],
]
const BINARY: readonly (readonly [suffix: string, nano: bigint])[] = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'].map(
  (suffix, i) => [suffix, NANO * 1024n ** BigInt(6 - i)],
)

export function quantity(text: string | number | undefined): Quantity {
  const [, sign = '', whole = '0', fraction = '', suffix = ''] =
    /^([+-]?)(\d*)(?:\.(\d*))?(.*)$/.exec(String(text ?? '0')) ?? []
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1]
  const binary = BINARY.find(([its]) => its === suffix)
  const unit = exponent
    ? scaled(NANO, Number(exponent))
    : (binary ?? DECIMAL.find(([its]) => its === suffix) ?? ['', NANO])[1]
  const digits = BigInt(`${whole || '0'}${fraction}`)
  const nano = (digits * unit) / 10n ** BigInt(fraction.length)
  return { nano: sign === '-' ? -nano : nano, binary: binary !== undefined }
}

function scaled(nano: bigint, exponent: number): bigint {
  return exponent >= 0 ? nano * 10n ** BigInt(exponent) : nano / 10n ** BigInt(-exponent)
}

export function add(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, binary: a.nano === 0n ? b.binary : a.binary }
}

export function quantityText({ nano, binary }: Quantity): string {
  if (nano === 0n) return '0'
  const small = nano > -1024n * NANO && nano < 1024n * NANO
  const units = binary && !small ? [...BINARY, ['', NANO] as const] : DECIMAL
  const [suffix, unit] = units.find(([, each]) => nano % each === 0n) ?? ['n', 1n]
  return `${nano / unit}${suffix}`
}

/** A quantity from a manifest as the server would write it: `0.5` → `500m`. */
export function canonical(text: string | number): string {
  return quantityText(quantity(text))
}

/** How much of `whole` it is, in percent, cut off. */
export function percent(part: Quantity, whole: Quantity): number {
  return whole.nano === 0n ? 0 : Math.trunc((Number(part.nano) / Number(whole.nano)) * 100)
}

export type Amounts = Record<string, Quantity>

/** What a pod asks for, or may use: containers and sidecars together, or its largest init container, plus overhead. */
export function podAmounts({ spec }: Wire, field: 'requests' | 'limits'): Amounts {
  let sum: Amounts = {}
  for (const container of spec.containers ?? []) sum = plus(sum, amountsOf(container.resources?.[field]))
  let sidecars: Amounts = {}
  let largest: Amounts = {}
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container.resources?.[field])
    if (container.restartPolicy === 'Always') {
      sum = plus(sum, own)
      sidecars = plus(sidecars, own)
      largest = most(largest, sidecars)
    } else largest = most(largest, plus(own, sidecars))
  }
  const together = { ...most(sum, largest), ...amountsOf(spec.resources?.[field]) }
  const overhead = amountsOf(spec.overhead)
  if (field === 'requests') return plus(together, overhead)
  // A pod without a limit has none through its overhead either.
  return plus(together, Object.fromEntries(Object.entries(overhead).filter(([name]) => together[name])))
}

function amountsOf(list: Wire): Amounts {
  return Object.fromEntries(Object.entries(list ?? {}).map(([name, text]) => [name, quantity(text as string)]))
}

export function plus(a: Amounts, b: Amounts): Amounts {
  const sum = { ...a }
  for (const [name, amount] of Object.entries(b)) sum[name] = sum[name] ? add(sum[name], amount) : amount
  return sum
}

function most(a: Amounts, b: Amounts): Amounts {
  const found = { ...a }
  for (const [name, amount] of Object.entries(b))
    if (!found[name] || amount.nano > found[name].nano) found[name] = amount
  return found
}

/** What an environment variable with a resourceFieldRef is set to. */
export function resourceValue(container: Wire, { resource, divisor }: Wire): string {
  const [field = '', name = ''] = resource.split(/\.(.*)/s)
  const amount = quantity(container.resources?.[field]?.[name])
  if (amount.nano === 0n && ['limits.cpu', 'limits.memory'].includes(resource)) return 'node allocatable'
  const unit = divisor === undefined || divisor === '0' ? quantity('1') : quantity(divisor)
  return String((amount.nano + unit.nano - 1n) / unit.nano)
}
