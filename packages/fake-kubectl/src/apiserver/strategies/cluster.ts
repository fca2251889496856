/**
 * Namespaces, Deployments, volumes and signing requests on their way in.
 * Source: kubernetes/pkg/registry/{core/{namespace,persistentvolume},apps/deployment,certificates/certificates}/strategy.go.
 */
import { at, formatTime, type KubeObject } from '../../api/meta.ts'
import type { Strategy } from './strategy.ts'

export const namespaces: Strategy = {
  prepareForCreate({ object }) {
    object['spec'] = { ...object['spec'], finalizers: ['kubernetes'] }
    object['status'] = { phase: 'Active' }
    const { name, labels } = object.metadata
    object.metadata.labels = { ...labels, 'kubernetes.io/metadata.name': name }
  },
  prepareForUpdate({ object, subresource }, previous) {
    if (subresource === '') object['spec'] = previous['spec']
  },
}

/** Who writes a Deployment's status leaves its labels alone. */
export const deployments: Strategy = {
  prepareForUpdate({ object, subresource }, { metadata: { labels } }) {
    if (subresource !== 'status') return
    const { labels: _sent, ...metadata } = object.metadata
    object.metadata = { ...metadata, ...(labels && { labels }) }
  },
}

export const persistentVolumes: Strategy = {
  prepareForCreate({ object, server, user }) {
    if (!user && object['status']?.phase !== 'Pending') return
    object['status'] = { phase: 'Pending', lastPhaseTransitionTime: formatTime(server.clock.now()) }
  },
  prepareForUpdate({ object, server }, previous) {
    const before = previous['status'] as { phase?: string } | undefined
    if (object['status']?.phase !== before?.phase)
      object['status'] = { ...object['status'], lastPhaseTransitionTime: formatTime(server.clock.now()) }
  },
}

/** Who asks is who the server says it is, not who the request says. */
export const signingRequests: Strategy = {
  prepareForCreate({ object, user }) {
    if (!user || typeof object['spec'] !== 'object') return
    const { user: username, uid, groups } = user
    const { username: _u, uid: _i, groups: _g, extra: _e, ...asked } = object['spec']
    object['spec'] = { ...asked, username, ...(uid && { uid }), ...(groups && { groups: [...groups] }) }
  },
  prepareForUpdate({ object, subresource, server }, previous) {
    if (subresource === '') object['spec'] = previous['spec']
    if (subresource === 'approval') object['status'] = timed(object['status'], previous, formatTime(server.clock.now()))
  },
}

type Decision = { type: string; status?: string; lastUpdateTime?: string; lastTransitionTime?: string }

/** When each condition came, as far as whoever approves does not say it. */
function timed(status: { conditions?: Decision[] } | undefined, previous: KubeObject, now: string): unknown {
  const before = (at(previous, 'status.conditions') ?? []) as Decision[]
  const conditions = (status?.conditions ?? []).map((condition) => {
    const same = before.find((it) => it.type === condition.type && it.status === condition.status)
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? now,
      lastTransitionTime: condition.lastTransitionTime ?? same?.lastTransitionTime ?? now,
    }
  })
  return { ...status, conditions }
}
