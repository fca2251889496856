/**
 * What the scheduler knows of each node: what it can give, what its pods have asked for, which ports are taken. Kept up
 * with the store, so that a cycle reads and never counts.
 * Source: pkg/scheduler/framework/types.go NodeInfo; pkg/scheduler/backend/cache.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { isOver } from '../api/pod-state.ts'
import type { Node, Pod } from '../api/types.ts'
import { controllerOf } from '../controllers/pod-index.ts'
import type { Store } from '../store/store.ts'
import { add, amounts, nonZeroRequestsOf, requestsOf, type Amounts } from './requests.ts'

const NODES = builtIn('nodes')
const PODS = builtIn('pods')

export type HostPort = { readonly hostPort: number; readonly protocol: string; readonly hostIP: string }

export class NodeInfo {
  readonly name: string
  node: Node | undefined
  allocatable: Amounts = {}
  readonly requested: Record<string, number> = {}
  readonly nonZeroRequested: Record<string, number> = {}
  /** By uid. */
  readonly pods = new Map<string, Pod>()
  readonly ports: HostPort[] = []
  /** How many pods each controller has here, by its uid. */
  readonly siblings = new Map<string, number>()
  /** Pods without a node for which others were sent away here, by uid. */
  readonly nominated = new Map<string, Pod>()
  /** Those with required anti-affinity, and those with any affinity at all. */
  readonly withAntiAffinity = new Map<string, Pod>()
  readonly withAffinity = new Map<string, Pod>()

  constructor(name: string) {
    this.name = name
  }

  get labels(): Readonly<Record<string, string>> {
    return this.node?.metadata.labels ?? {}
  }

  set(node: Node | undefined): void {
    this.node = node
    this.allocatable = node ? amounts(node.status.allocatable ?? {}) : {}
  }

  add(pod: Pod): void {
    this.#count(pod, 1)
    const { uid = '' } = pod.metadata
    this.pods.set(uid, pod)
    this.ports.push(...hostPortsOf(pod))
    const affinity = pod.spec['affinity'] as Affinity | undefined
    if (affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length)
      this.withAntiAffinity.set(uid, pod)
    if (affinity?.podAffinity ?? affinity?.podAntiAffinity) this.withAffinity.set(uid, pod)
  }

  remove(pod: Pod): void {
    const { uid = '' } = pod.metadata
    const known = this.pods.get(uid)
    if (!known) return
    this.#count(known, -1)
    this.pods.delete(uid)
    this.withAntiAffinity.delete(uid)
    this.withAffinity.delete(uid)
    const gone = hostPortsOf(known)
    if (gone.length === 0) return
    const left = [...this.pods.values()].flatMap(hostPortsOf)
    this.ports.splice(0, this.ports.length, ...left)
  }

  /** The same with those for which room was made here, unless they matter less than the newcomer. */
  withNominated(newcomer: Pod): NodeInfo {
    if (this.nominated.size === 0) return this
    const before = [...this.nominated.values()].filter(
      (pod) => priorityOf(pod) >= priorityOf(newcomer) && pod.metadata.uid !== newcomer.metadata.uid,
    )
    if (before.length === 0) return this
    const copy = this.without([])
    for (const pod of before) copy.add(pod)
    return copy
  }

  /** The same without some of its pods, for what preemption would make of it. */
  without(gone: readonly Pod[]): NodeInfo {
    const copy = new NodeInfo(this.name)
    copy.set(this.node)
    const names = new Set(gone.map(({ metadata }) => metadata.uid))
    for (const pod of this.pods.values()) if (!names.has(pod.metadata.uid)) copy.add(pod)
    return copy
  }

  #count(pod: Pod, sign: 1 | -1): void {
    add(this.requested, requestsOf(pod), sign)
    add(this.nonZeroRequested, nonZeroRequestsOf(pod), sign)
    const owner = controllerOf(pod)?.uid
    if (owner !== undefined) this.siblings.set(owner, (this.siblings.get(owner) ?? 0) + sign)
  }
}

export function priorityOf({ spec }: Pod): number {
  return (spec['priority'] as number | undefined) ?? 0
}

type Affinity = {
  podAffinity?: object
  podAntiAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: unknown[] }
}

export function hostPortsOf({ spec }: Pod): HostPort[] {
  type Port = { hostPort?: number; protocol?: string; hostIP?: string }
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  return [...spec.containers, ...sidecars].flatMap((container) =>
    ((container['ports'] ?? []) as Port[]).flatMap(({ hostPort, protocol = 'TCP', hostIP = '' }) =>
      hostPort ? [{ hostPort, protocol, hostIP: hostIP || '0.0.0.0' }] : [],
    ),
  )
}

/** Does it take up room where it is bound? */
export function occupies(pod: Pod): boolean {
  return Boolean(pod.spec.nodeName) && !isOver(pod)
}

export class NodeInfos {
  readonly #byName = new Map<string, NodeInfo>()
  #list: readonly NodeInfo[] | undefined
  /** Where there are pods with affinity at all; most clusters have none. */
  affinities = 0
  antiAffinities = 0

  constructor(store: Store) {
    const fill = () => {
      this.#byName.clear()
      this.#list = undefined
      this.affinities = 0
      this.antiAffinities = 0
      for (const node of store.list(NODES) as Node[]) this.#of(node.metadata.name).set(node)
      for (const pod of store.list(PODS) as Pod[]) this.#add(pod)
    }
    store.log.subscribe(NODES, {
      event: ({ type, object }) => this.#setNode(object as Node, type === 'DELETED'),
      reset: fill,
    })
    store.log.subscribe(PODS, {
      event: ({ type, object, previous }) => {
        if (previous) this.#remove(previous as Pod)
        if (type !== 'DELETED') this.#add(object as Pod)
      },
      // Nodes are reset at the same time.
      reset: () => {},
    })
    fill()
  }

  /** All nodes there are, by name. */
  get list(): readonly NodeInfo[] {
    this.#list ??= [...this.#byName.values()]
      .filter(({ node }) => node !== undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    return this.#list
  }

  get(name: string): NodeInfo | undefined {
    return this.#byName.get(name)
  }

  #setNode(node: Node, gone: boolean): void {
    const info = this.#of(node.metadata.name)
    if (gone || info.node === undefined) this.#list = undefined
    info.set(gone ? undefined : node)
  }

  #add(pod: Pod): void {
    const { nominatedNodeName } = pod.status
    if (nominatedNodeName && !pod.spec.nodeName) this.#of(nominatedNodeName).nominated.set(pod.metadata.uid ?? '', pod)
    if (!occupies(pod)) return
    const info = this.#of(pod.spec.nodeName!)
    this.#counting(info, () => info.add(pod))
  }

  #remove(pod: Pod): void {
    this.#byName.get(pod.status.nominatedNodeName ?? '')?.nominated.delete(pod.metadata.uid ?? '')
    const info = this.#byName.get(pod.spec.nodeName ?? '')
    if (info) this.#counting(info, () => info.remove(pod))
  }

  #counting(info: NodeInfo, change: () => void): void {
    const [before, antiBefore] = [info.withAffinity.size, info.withAntiAffinity.size]
    change()
    this.affinities += info.withAffinity.size - before
    this.antiAffinities += info.withAntiAffinity.size - antiBefore
  }

  #of(name: string): NodeInfo {
    const info = this.#byName.get(name) ?? new NodeInfo(name)
    this.#byName.set(name, info)
    return info
  }
}
