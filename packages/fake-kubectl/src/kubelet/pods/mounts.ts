/**
 * Volumes are mounted before anything of a pod runs; one that cannot be holds it, and is tried again later and later.
 * Source: pkg/volume/util/operationexecutor; pkg/volume/{configmap,secret,projected}; goroutinemap/exponentialbackoff.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at } from '../../api/meta.ts'
import type { Volume } from '../../containers/volumes.ts'
import { say, type Sync } from './sync.ts'

const FIRST_DELAY_MS = 500
const LAST_DELAY_MS = 122_000

type Item = { key: string }
type Ref = { name?: string; secretName?: string; optional?: boolean; items?: Item[] }

/** @returns whether all are mounted */
export function mountVolumes(sync: Sync): boolean {
  const { record, nowMs, due, pod } = sync
  if (record.mounted) return true
  if (record.mounts && nowMs < record.mounts.untilMs) {
    due.at(record.mounts.untilMs, { background: true })
    return false
  }
  const faults = ((pod.spec['volumes'] ?? []) as Volume[]).flatMap((volume) => {
    const fault = faultOf(sync, volume)
    return fault === undefined ? [] : [{ volume, fault }]
  })
  if (faults.length === 0) {
    record.mounted = true
    delete record.mounts
    return true
  }
  for (const { volume, fault } of faults) {
    const message = `MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${fault}`
    say(sync, { type: 'Warning', reason: 'FailedMount', message })
  }
  const delayMs = Math.min((record.mounts?.delayMs ?? FIRST_DELAY_MS / 2) * 2, LAST_DELAY_MS)
  record.mounts = { delayMs, untilMs: nowMs + delayMs }
  due.at(record.mounts.untilMs, { background: true })
  return false
}

function faultOf(sync: Sync, volume: Volume): string | undefined {
  const { configMap, secret, projected, persistentVolumeClaim } = volume as Volume & Record<string, Ref | undefined>
  if (configMap) return missing(sync, 'configmap', configMap.name, configMap)
  if (secret) return missing(sync, 'secret', secret.secretName, secret)
  if (persistentVolumeClaim) return claimFault(sync, String(at(volume, 'persistentVolumeClaim.claimName')))
  for (const source of (projected as { sources?: Record<string, Ref>[] } | undefined)?.sources ?? []) {
    const fault =
      (source['configMap'] && missing(sync, 'configmap', source['configMap'].name, source['configMap'])) ??
      (source['secret'] && missing(sync, 'secret', source['secret'].name, source['secret']))
    if (fault) return fault
  }
  return undefined
}

/** Every namespace has it, once the cluster has an authority at all. */
const ROOT_CERTIFICATE = 'kube-root-ca.crt'

function missing({ server, pod }: Sync, kind: 'configmap' | 'secret', name = '', ref: Ref): string | undefined {
  if (ref.optional || name === ROOT_CERTIFICATE) return undefined
  const object = server.store.find(builtIn(`${kind}s`), pod.metadata.namespace ?? '', name)
  if (!object) return `${kind} ${JSON.stringify(name)} not found`
  const keys = new Set([object['data'], object['binaryData']].flatMap((data) => Object.keys((data ?? {}) as object)))
  const lost = (ref.items ?? []).filter(({ key }) => !keys.has(key)).map(({ key }) => key)
  return lost.length > 0
    ? `references non-existent ${kind === 'secret' ? 'secret' : 'config'} key: ${lost.join(',')}`
    : undefined
}

function claimFault({ server, pod }: Sync, name: string): string | undefined {
  const { namespace = '' } = pod.metadata
  const claim = server.store.find(builtIn('persistentvolumeclaims'), namespace, name)
  const start = `error processing PVC ${namespace}/${name}: `
  if (!claim)
    return `${start}failed to fetch PVC from API server: persistentvolumeclaims ${JSON.stringify(name)} not found`
  return at(claim, 'status.phase') === 'Bound' ? undefined : `${start}PVC is not bound`
}
