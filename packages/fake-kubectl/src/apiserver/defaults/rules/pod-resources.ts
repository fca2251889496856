/**
 * What a pod as a whole requests: the sum of its containers, or its greatest init container, and its overhead.
 * Source: k8s.io/component-helpers/resource/helpers.go.
 */
import { addQuantities, compareQuantities } from '../../../api/quantity.ts'
import { structs, type Draft } from './rule.ts'

export type ResourceList = Readonly<Record<string, string>>

type Part = 'requests' | 'limits'

/** Of the containers together, without what the pod says as a whole. */
export function aggregateRequests(spec: Draft, part: Part = 'requests'): ResourceList {
  const running = structs(spec['containers'])
    .map((it) => resourcesOf(it, part))
    .reduce(sum, {})
  let sidecars: ResourceList = {}
  let starting: ResourceList = {}
  for (const container of structs(spec['initContainers'])) {
    const own = resourcesOf(container, part)
    // A sidecar goes on running, so later init containers come on top of it.
    if (container['restartPolicy'] === 'Always') sidecars = sum(sidecars, own)
    starting = greatest(starting, container['restartPolicy'] === 'Always' ? sidecars : sum(sidecars, own))
  }
  return greatest(sum(running, sidecars), starting)
}

/** As quotas and schedulers count it. */
export function podResources(spec: Draft, part: Part = 'requests'): ResourceList {
  const total = { ...aggregateRequests(spec, part), ...resourcesOf(spec, part) }
  const overhead: ResourceList = spec['overhead'] ?? {}
  if (part === 'requests') return sum(total, overhead)
  const limited = Object.entries(overhead).filter(([name]) => name in total)
  return sum(total, Object.fromEntries(limited))
}

function resourcesOf({ resources }: Draft, part: Part): ResourceList {
  return resources?.[part] ?? {}
}

export function sum(a: ResourceList, b: ResourceList): ResourceList {
  return combine(a, b, addQuantities)
}

function greatest(a: ResourceList, b: ResourceList): ResourceList {
  return combine(a, b, (x, y) => (compareQuantities(x, y) < 0 ? y : x))
}

function combine(a: ResourceList, b: ResourceList, both: (x: string, y: string) => string): ResourceList {
  const out: Record<string, string> = { ...a }
  for (const [name, amount] of Object.entries(b)) out[name] = out[name] === undefined ? amount : both(out[name], amount)
  return out
}
