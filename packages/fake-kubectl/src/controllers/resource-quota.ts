/**
 * Counts what a namespace uses of its quotas: when a quota is new or changed, and when something that was counted goes.
 * Source: kubernetes/pkg/controller/resourcequota/resource_quota_controller.go.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { at, equal, type KubeObject } from '../api/meta.ts'
import { addQuantities } from '../api/quantity.ts'
import { matchesScopes } from '../quota/scopes.ts'
import { isOver } from '../api/pod-state.ts'
import type { Pod } from '../api/types.ts'
import { usageOf } from '../quota/usage.ts'
import type { WatchEvent } from '../store/watch-log.ts'
import { runController } from './controller.ts'
import type { Recorder } from './events.ts'
import { updateStatus } from './manager.ts'

const QUOTAS = builtIn('resourcequotas')
const DEFINITIONS = builtIn('customresourcedefinitions.apiextensions.k8s.io')

export function runResourceQuotaController(server: Recorder): void {
  const { store, clock, kinds } = server
  // Admission keeps the sum; only what the quota asks for has to be counted.
  runController(store, clock, QUOTAS, (quota) => (isCounted(quota) ? undefined : count(server, quota)))
  const waiting = new Set<string>()
  const recount = (namespace: string) => {
    if (waiting.has(namespace) || store.list(QUOTAS, namespace).length === 0) return
    waiting.add(namespace)
    clock.at(clock.now(), () => {
      waiting.delete(namespace)
      for (const quota of store.list(QUOTAS, namespace)) count(server, quota)
    })
  }
  const watched = new Set<string>()
  const watchKinds = (): undefined => {
    for (const type of kinds.stored.filter(({ namespaced, storage }) => namespaced && !watched.has(storage))) {
      watched.add(type.storage)
      store.log.subscribe(type, {
        event: (event) => freed(event) && recount(event.object.metadata.namespace ?? ''),
        reset: () => waiting.clear(),
      })
    }
  }
  watchKinds()
  // A definition brings a kind along, once it is established.
  runController(store, clock, DEFINITIONS, watchKinds)
}

function isCounted(quota: KubeObject): boolean {
  const hard = at(quota, 'spec.hard') ?? {}
  return equal(at(quota, 'status.hard') ?? {}, hard) && at(quota, 'status.used') !== undefined
}

/** Deleted, or a pod that has ended. */
function freed({ type, storage, object, previous }: WatchEvent): boolean {
  if (type === 'DELETED') return true
  return storage === 'pods' && previous !== undefined && !isOver(previous as Pod) && isOver(object as Pod)
}

function count(server: Recorder, quota: KubeObject): undefined {
  const hard = (at(quota, 'spec.hard') ?? {}) as Record<string, string>
  const used: Record<string, string> = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']))
  for (const type of server.kinds.stored.filter((row) => row.namespaced && isLimited(row, hard))) {
    for (const object of server.store.list(type, quota.metadata.namespace)) {
      if (!matchesScopes(quota, object, type.storage === 'pods')) continue
      for (const [name, amount] of Object.entries(usageOf(type, object)))
        if (name in used) used[name] = addQuantities(used[name]!, amount)
    }
  }
  updateStatus(server, QUOTAS, { ...quota, status: { hard, used } })
}

/** Most kinds are limited by `count/…` alone, which need not be read to see that nobody does. */
function isLimited(
  { storage, plural, group }: { storage: string; plural: string; group: string },
  hard: object,
): boolean {
  if (['pods', 'services', 'persistentvolumeclaims'].includes(storage)) return true
  const name = group === '' ? plural : `${plural}.${group}`
  return name in hard || `count/${name}` in hard
}
