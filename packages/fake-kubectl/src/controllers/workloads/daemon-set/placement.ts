/**
 * Where a DaemonSet's pods belong: which nodes should have one, and how a pod is tied to its node.
 * Source: kubernetes/pkg/controller/daemon/{daemon_controller.go,util/daemonset_util.go}.
 */
import type { Node, Pod, PodSpec, Taint } from '../../../api/types.ts'
import { tolerates } from '../../../scheduler/plugins/node.ts'
import { matchesTerm, requiredTerms } from '../../../scheduler/plugins/node-selector.ts'

export type Placement = {
  /** Whether the node should have a pod. */
  readonly shouldRun: boolean
  /** Whether one that is there may stay. */
  readonly mayStay: boolean
}

/** What its pods put up with, whatever their template says: they belong to the node. */
const TOLERATIONS = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
].map(([key, effect]) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect }))
const HOST_NETWORK = { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' }

export function placementOf(spec: PodSpec, { metadata, spec: { taints = [] } = {} as Node['spec'] }: Node): Placement {
  const pod = { metadata: {}, spec, status: {} } as unknown as Pod
  const { labels: wanted = [], terms } = requiredTerms(pod)
  const labels = metadata.labels ?? {}
  const fits =
    (!spec.nodeName || spec.nodeName === metadata.name) &&
    wanted.every(([key, value]) => labels[key] === value) &&
    (terms === undefined || terms.some((term) => matchesTerm(term, { name: metadata.name, labels })))
  if (!fits) return { shouldRun: false, mayStay: false }
  const untolerated = taints.filter((taint: Taint) => !tolerates(pod, taint))
  const mayStay = !untolerated.some(({ effect }) => effect === 'NoExecute')
  return { shouldRun: mayStay && !untolerated.some(({ effect }) => effect === 'NoSchedule'), mayStay }
}

type NodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: object[] } }

/** The template's, with what its pods put up with. */
export function daemonSpec(spec: PodSpec): PodSpec {
  const own = (spec['tolerations'] ?? []) as { key?: string; effect?: string }[]
  const more = spec['hostNetwork'] === true ? [...TOLERATIONS, HOST_NETWORK] : TOLERATIONS
  const added = more.filter(({ key, effect }) => !own.some((it) => it.key === key && it.effect === effect))
  return { ...spec, tolerations: [...own, ...added] }
}

/** The scheduler is left no choice: the affinity names the node. */
export function onNode(spec: PodSpec, nodeName: string): PodSpec {
  const affinity = (spec['affinity'] ?? {}) as { nodeAffinity?: NodeAffinity }
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [nodeName] }]
  const terms = affinity.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [{}]
  const nodeSelectorTerms = terms.map((term) => ({ ...term, matchFields }))
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
  return { ...spec, affinity: { ...affinity, nodeAffinity: { ...affinity.nodeAffinity, ...required } } }
}

/** Each node's pods. */
export function byNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const found = new Map<string, Pod[]>()
  for (const pod of pods) {
    const name = nodeOf(pod)
    if (name === undefined) continue
    const others = found.get(name)
    if (others) others.push(pod)
    else found.set(name, [pod])
  }
  return found
}

/** Where a pod is, or is to be. */
export function nodeOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName
  const affinity = spec['affinity'] as { nodeAffinity?: NodeAffinity } | undefined
  const terms = (affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []) as {
    matchFields?: { key: string; values?: string[] }[]
  }[]
  return terms.flatMap((term) => term.matchFields ?? []).find(({ key }) => key === 'metadata.name')?.values?.[0]
}
