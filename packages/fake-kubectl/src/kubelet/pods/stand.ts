/**
 * Pods that do not live but stand, since their images say so: a while after they were bound they look as a stage of
 * `src/stages/` has it.
 */
import { parseDuration } from '../../api/age.ts'
import { updateAs } from '../../apiserver/managed-fields/own-write.ts'
import { builtIn } from '../../api/kinds/built-in.ts'
import { standing } from '../../world/pods.ts'
import type { StageSpec } from '../../world/spec.ts'
import type { Sync } from './sync.ts'

const PODS = builtIn('pods')

/** @returns whether it is such a pod */
export function standAs(sync: Sync): boolean {
  const { server, pod, record, kubelet, nowMs, due } = sync
  const profiles = pod.spec.containers.map(({ image = '' }) => server.images.profile(image))
  if (profiles.every(({ stands }) => stands === undefined)) return false
  const startMs = record.startMs + Math.max(...profiles.map(({ startsIn = '0s' }) => parseDuration(startsIn)))
  if (nowMs < startMs) {
    due.at(startMs)
    return true
  }
  const policy = pod.spec.restartPolicy ?? 'Always'
  const stages = profiles.map(({ stands = 'running' }): StageSpec => {
    const name = typeof stands === 'string' ? stands : (stands[policy] ?? 'running')
    return server.stage(name)
  })
  record.stands = true
  // A kubelet that only pretends does not say what it has seen, either.
  const { observedGeneration: _seen, ...status } = standing(server, pod, { kubelet, stages, createdMs: nowMs })
  updateAs(
    server,
    PODS,
    { ...pod, status: { ...pod.status, ...status } },
    { component: 'kubelet', subresource: 'status' },
  )
  return true
}
