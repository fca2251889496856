/**
 * The admission plugins in their order, and the two rounds in which a write meets them. What kube-apiserver has on by
 * default; webhooks and policies are not here (SCOPE.md).
 * Source: kubernetes/pkg/kubeapiserver/options/plugins.go.
 */
import { defaultIngressClass, defaultStorageClass } from './default-class.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { limitRanger } from './limit-ranger.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import { persistentVolumeClaimResize, storageObjectInUseProtection } from './storage.ts'
import type { Plugin, Write } from './plugin.ts'
import { podSecurity } from './pod-security/pod-security.ts'
import { podTopologyLabels, taintNodesByCondition } from './nodes.ts'
import { priority } from './priority.ts'
import { resourceQuota } from './resource-quota.ts'
import { runtimeClass } from './runtime-class.ts'
import { serviceAccount } from './service-account.ts'

const PLUGINS: readonly Plugin[] = [
  limitRanger,
  serviceAccount,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  defaultIngressClass,
  podTopologyLabels,
  resourceQuota,
]

/** The first round: every plugin may change the object. @throws ApiError */
export function admit(write: Write): void {
  namespaceLifecycle(write)
  for (const plugin of pluginsFor(write)) plugin.admit?.(write)
}

/** The second round, after validation: every plugin may still refuse. @throws ApiError */
export function validateAdmission(write: Write): void {
  for (const plugin of pluginsFor(write)) plugin.validate?.(write)
}

const byKind = new Map<string, readonly Plugin[]>()

function pluginsFor({ type: { storage } }: Write): readonly Plugin[] {
  const known = byKind.get(storage)
  if (known) return known
  const plugins = PLUGINS.filter(({ kinds }) => kinds.length === 0 || kinds.includes(storage))
  byKind.set(storage, plugins)
  return plugins
}
