/**
 * What a pod asks of a node. Sizes as numbers: milliCPU, bytes, counts.
 * Source: k8s.io/component-helpers/resource/helpers.go PodRequests; pkg/scheduler/util/pod_resources.go.
 */
import { parseQuantity } from '../api/quantity.ts'
import type { Container, Pod } from '../api/types.ts'

/** By resource name; `cpu` in thousandths. */
export type Amounts = Readonly<Record<string, number>>

/** What a container is thought to use that asks for nothing, so that such pods spread, too. */
const UNASKED: Amounts = { cpu: 100, memory: 200 * 2 ** 20 }

const known = new WeakMap<object, Amounts>()

/** The peak of its start or of its work, whichever is more, and its overhead. */
export function requestsOf({ spec }: Pod): Amounts {
  const found = known.get(spec)
  if (found) return found
  const made = total(spec, requested)
  known.set(spec, made)
  return made
}

const knownNonZero = new WeakMap<object, Amounts>()

/** The same, with something for containers that ask for nothing. */
export function nonZeroRequestsOf({ spec }: Pod): Amounts {
  const found = knownNonZero.get(spec)
  if (found) return found
  const made = total(spec, (container) => ({ ...UNASKED, ...requested(container) }))
  knownNonZero.set(spec, made)
  return made
}

function total(spec: Pod['spec'], of: (container: Container) => Amounts): Amounts {
  const sum: Record<string, number> = {}
  for (const container of spec.containers) add(sum, of(container))
  const sidecars: Record<string, number> = {}
  const peak: Record<string, number> = {}
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') add(sidecars, of(container))
    const here = { ...sidecars }
    if (container.restartPolicy !== 'Always') add(here, of(container))
    raise(peak, here)
  }
  add(sum, sidecars)
  raise(sum, peak)
  add(sum, amounts((spec['overhead'] ?? {}) as Record<string, string>))
  return sum
}

function requested({ resources }: Container): Amounts {
  return amounts(resources?.requests ?? {})
}

/** Quantities of a resource list as numbers. */
export function amounts(list: Readonly<Record<string, string>>): Amounts {
  const result: Record<string, number> = {}
  for (const [name, quantity] of Object.entries(list)) {
    const value = parseQuantity(String(quantity)) ?? 0
    result[name] = name === 'cpu' ? Math.round(value * 1000) : Math.ceil(value)
  }
  return result
}

export function add(sum: Record<string, number>, more: Amounts, sign: 1 | -1 = 1): void {
  for (const name in more) sum[name] = (sum[name] ?? 0) + sign * more[name]!
}

function raise(sum: Record<string, number>, peak: Amounts): void {
  for (const name in peak) sum[name] = Math.max(sum[name] ?? 0, peak[name]!)
}
