/**
 * NetworkPolicies as verdicts: may this pod speak to that one, on this port? What is not allowed goes nowhere: nobody
 * answers.
 * Source: k8s.io/api/networking/v1; kubernetes.io, "Network Policies".
 */
import { BlockList } from 'node:net'
import { builtIn } from '../api/kinds/built-in.ts'
import type { KubeObject } from '../api/meta.ts'
import { selectsLabels } from '../api/label-selector.ts'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'

const POLICIES = builtIn('networkpolicies.networking.k8s.io')
const NAMESPACES = builtIn('namespaces')

type PolicyPort = { readonly protocol?: string; readonly port?: number | string; readonly endPort?: number }
type Peer = {
  readonly podSelector?: object
  readonly namespaceSelector?: object
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}
type Rule = { readonly from?: readonly Peer[]; readonly to?: readonly Peer[]; readonly ports?: readonly PolicyPort[] }
type Policy = KubeObject & {
  readonly spec: {
    readonly podSelector?: object
    readonly policyTypes?: readonly string[]
    readonly ingress?: readonly Rule[]
    readonly egress?: readonly Rule[]
  }
}

/** One end of a connection: a pod, or whatever has the address. */
export type End = {
  readonly address: string
  readonly pod?: Pod | undefined
  readonly port: number
  readonly protocol: string
}

/** @param from undefined for the node or the API server, which no policy holds */
export function isAllowed({ store }: Pick<Server, 'store'>, from: Pod | undefined, to: End): boolean {
  if (!from || from === to.pod) return true
  const here = { address: from.status.podIP ?? '', pod: from }
  const scope = { store, from: here, to }
  return mayLeave(scope) && mayEnter(scope)
}

type Scope = {
  readonly store: Server['store']
  readonly from: { readonly address: string; readonly pod: Pod }
  readonly to: End
}

function mayLeave({ store, from, to }: Scope): boolean {
  const policies = holding(store, from.pod, 'Egress')
  if (policies.length === 0) return true
  return policies.some((policy) =>
    (policy.spec.egress ?? []).some(({ to: peers, ports }) => isPeer(store, policy, peers, to) && isPort(ports, to)),
  )
}

function mayEnter({ store, from, to }: Scope): boolean {
  if (!to.pod) return true
  const policies = holding(store, to.pod, 'Ingress')
  if (policies.length === 0) return true
  return policies.some((policy) =>
    (policy.spec.ingress ?? []).some(
      ({ from: peers, ports }) => isPeer(store, policy, peers, from) && isPort(ports, to),
    ),
  )
}

/** Those that hold a pod in one direction; one on the network of its node is held by none. */
function holding(store: Server['store'], { metadata, spec }: Pod, type: 'Ingress' | 'Egress'): Policy[] {
  if (spec['hostNetwork'] === true) return []
  return (store.list(POLICIES, metadata.namespace) as Policy[]).filter((policy) => {
    const { podSelector = {}, egress, policyTypes = egress ? ['Ingress', 'Egress'] : ['Ingress'] } = policy.spec
    return policyTypes.includes(type) && selectsLabels(podSelector, metadata.labels)
  })
}

/** A rule that names no peer means everybody. */
function isPeer(
  store: Server['store'],
  { metadata }: Policy,
  peers: readonly Peer[] | undefined,
  { address, pod }: { readonly address: string; readonly pod?: Pod | undefined },
): boolean {
  if (peers === undefined || peers.length === 0) return true
  return peers.some(({ ipBlock, podSelector, namespaceSelector }) => {
    if (ipBlock)
      return isWithin(address, ipBlock.cidr) && !(ipBlock.except ?? []).some((cidr) => isWithin(address, cidr))
    if (!pod) return false
    const namespace = pod.metadata.namespace ?? ''
    const isThere = namespaceSelector
      ? selectsLabels(namespaceSelector, store.find(NAMESPACES, '', namespace)?.metadata.labels)
      : namespace === metadata.namespace
    return isThere && (podSelector === undefined || selectsLabels(podSelector, pod.metadata.labels))
  })
}

function isWithin(address: string, cidr: string): boolean {
  const [net = '', bits = ''] = cidr.split('/')
  const family = net.includes(':') ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(net, Number(bits), family)
  return list.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
}

/** A port by its name is that of the pod which is spoken to. */
function isPort(ports: readonly PolicyPort[] | undefined, { pod, port, protocol }: End): boolean {
  if (ports === undefined || ports.length === 0) return true
  return ports.some((it) => {
    if ((it.protocol ?? 'TCP') !== protocol) return false
    if (it.port === undefined) return true
    if (typeof it.port === 'number') return port >= it.port && port <= (it.endPort ?? it.port)
    return pod !== undefined && isNamed(pod, { name: it.port, port, protocol })
  })
}

function isNamed({ spec }: Pod, wanted: { name: string; port: number; protocol: string }): boolean {
  const ports = spec.containers.flatMap(
    (it) => (it['ports'] ?? []) as { name?: string; containerPort: number; protocol?: string }[],
  )
  return ports.some(
    ({ name, containerPort, protocol = 'TCP' }) =>
      name === wanted.name && containerPort === wanted.port && protocol === wanted.protocol,
  )
}
