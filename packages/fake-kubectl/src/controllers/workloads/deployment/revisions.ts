/**
 * A Deployment's ReplicaSets as its revisions: which is of the present template, which came before, and what their
 * annotations tell.
 * Source: kubernetes/pkg/controller/deployment/{sync,util/deployment_util}.go.
 */
import { copy, equal } from '../../../api/meta.ts'
import type { Deployment, PodTemplate, ReplicaSet } from '../../../api/workloads.ts'
import { safeHash } from '../template-hash.ts'
import { byAge, DESIRED, MAXIMUM, maxSurge } from './sizes.ts'

export const REVISION = 'deployment.kubernetes.io/revision'
export const TEMPLATE_HASH = 'pod-template-hash'
const HISTORY = 'deployment.kubernetes.io/revision-history'
const MAX_HISTORY_LENGTH = 2000
const OWN_ANNOTATIONS: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  HISTORY,
  DESIRED,
  MAXIMUM,
  'deprecated.deployment.rollback.to',
])

/** The one that has the Deployment's template; of several the oldest. */
export function newSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = withoutHash(deployment.spec.template)
  return sets.toSorted(byAge).find(({ spec }) => equal(withoutHash(spec.template), wanted))
}

function withoutHash(template: PodTemplate): unknown {
  const { [TEMPLATE_HASH]: _hash, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

export function revisionOf({ metadata }: ReplicaSet | Deployment): number {
  return Number(metadata.annotations?.[REVISION] ?? 0) || 0
}

/** One more than that of any older one. */
export function nextRevision(old: readonly ReplicaSet[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1
}

/** A ReplicaSet for the present template, as yet without size, owner and annotations. */
export function draftSet(deployment: Deployment): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec
  const { name, namespace = '' } = deployment.metadata
  const hash = safeHash(template, deployment.status.collisionCount)
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH]: hash }
  return copy({
    metadata: { name: `${name}-${hash}`, namespace, labels },
    spec: {
      replicas: 0,
      ...(minReadySeconds && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  }) as unknown as ReplicaSet
}

/** Its annotations as the present one's: the Deployment's own, its revision, and which it has had before. */
export function annotated(deployment: Deployment, set: ReplicaSet, revision: number): ReplicaSet {
  const previous = set.metadata.annotations ?? {}
  const theirs = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.has(key))
  const annotations = { ...previous, ...Object.fromEntries(theirs) }
  const before = previous[REVISION]
  if (revisionOf(set) < revision) {
    annotations[REVISION] = String(revision)
    if (before !== undefined) annotations[HISTORY] = lengthened(previous[HISTORY], before)
  }
  return { ...set, metadata: { ...set.metadata, annotations } }
}

function lengthened(history: string | undefined, revision: string): string {
  const revisions = history ? history.split(',') : []
  revisions.push(revision)
  while (revisions.join(',').length > MAX_HISTORY_LENGTH) revisions.shift()
  return revisions.join(',')
}

/** What it was told the Deployment asks for; undefined when it was never told. */
export function desiredReplicas({ metadata }: ReplicaSet): number | undefined {
  const text = metadata.annotations?.[DESIRED]
  return text === undefined ? undefined : Number(text)
}

/** With a size, and with what the Deployment asks for in all. */
export function sized(deployment: Deployment, set: ReplicaSet, replicas: number): ReplicaSet {
  const desired = deployment.spec.replicas
  const annotations = {
    ...set.metadata.annotations,
    [DESIRED]: String(desired),
    [MAXIMUM]: String(desired + maxSurge(deployment)),
  }
  return { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas } }
}
