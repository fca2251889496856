/**
 * The cluster's DNS: what CoreDNS answers to a pod.
 * Source: kubernetes.io, DNS for Services and Pods; dns-specification 1.1.0; pkg/kubelet/network/dns/dns.go.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import { at, type KubeObject } from '../api/meta.ts'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { endpointsOf, isServing, podsBehind } from './endpoints.ts'
import { isAllowed } from './policies.ts'

const DOMAIN = 'cluster.local'
const NDOTS = 5 // the kubelet's default option in resolv.conf
const DNS_PORT = 53
const DNS_ADDRESS = '10.96.0.10' // kubeadm's default: the tenth address of the service range

export type Answer =
  | { readonly kind: 'found'; readonly name: string; readonly addresses: readonly string[] }
  /** NXDOMAIN */
  | { readonly kind: 'absent' }
  /** Nobody answers: the DNS Service has no ready pod. */
  | { readonly kind: 'silent' }

export function dnsAddress(server: Server): string {
  return String(at(dnsService(server), 'spec.clusterIP') ?? DNS_ADDRESS)
}

/** The domains a pod tries a short name in; none where it asks the node's resolver. */
export function searchDomains({ metadata, spec }: Pod): string[] {
  const policy = spec['dnsPolicy'] ?? 'ClusterFirst'
  const custom = (at(spec, 'dnsConfig.searches') ?? []) as string[]
  const isCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && spec['hostNetwork'] !== true)
  if (!isCluster) return custom
  return [`${metadata.namespace}.svc.${DOMAIN}`, `svc.${DOMAIN}`, DOMAIN, ...custom]
}

/** As the resolver library asks: short names in each search domain first, long ones as they are. */
export function resolve(server: Server, pod: Pod, name: string): Answer {
  const search = searchDomains(pod)
  if (search.length > 0 && !(isServed(server) && mayAsk(server, pod))) return { kind: 'silent' }
  const whole = name.replace(/\.$/, '').toLowerCase()
  const searched = search.map((domain) => `${whole}.${domain}`)
  const isLong = whole.split('.').length > NDOTS
  const candidates = name.endsWith('.') ? [whole] : isLong ? [whole, ...searched] : [...searched, whole]
  for (const candidate of candidates) {
    const addresses = record(server, candidate)
    if (addresses) return { kind: 'found', name: candidate, addresses }
  }
  return { kind: 'absent' }
}

function dnsService(server: Server): KubeObject | undefined {
  return server.store.find(builtIn('services'), 'kube-system', 'kube-dns')
}

/** A cluster without the Service has a resolver all the same; one with it needs its pods. */
function isServed(server: Server): boolean {
  const service = dnsService(server)
  return !service || endpointsOf(server, service).some(({ ready }) => ready)
}

/** Names, too, are asked for over the network: of the pods behind the DNS Service, or of its address where there are none. */
function mayAsk(server: Server, pod: Pod): boolean {
  const service = dnsService(server)
  const [target] = service ? podsBehind(server, service) : []
  const address = target?.status.podIP ?? dnsAddress(server)
  return isAllowed(server, pod, { address, pod: target, port: DNS_PORT, protocol: 'UDP' })
}

/** The addresses of a full name; undefined when there is no such name. */
function record(server: Server, name: string, depth = 0): readonly string[] | undefined {
  const labels = name.endsWith(`.${DOMAIN}`) ? name.slice(0, -DOMAIN.length - 1).split('.') : []
  const [kind, namespace = '', first = '', ...more] = labels.toReversed()
  if (kind === 'pod')
    return more.length === 0 && /^\d+(-\d+){3}$/.test(first) ? [first.replaceAll('-', '.')] : undefined
  if (kind !== 'svc' || more.length > 1) return undefined
  const service = server.store.find(builtIn('services'), namespace, first)
  if (!service) return undefined
  const { type, externalName, clusterIP } = service['spec'] as Record<string, string | undefined>
  if (type === 'ExternalName') return depth < 8 ? record(server, externalName ?? '', depth + 1) : undefined
  if (more[0] !== undefined) return memberOf(server, service, more[0])
  if (clusterIP && clusterIP !== 'None') return [clusterIP]
  const addresses = headless(server, service)
  return addresses.length > 0 ? addresses : undefined
}

function headless(server: Server, service: KubeObject): string[] {
  const early = at(service, 'spec.publishNotReadyAddresses') === true
  const pods = podsBehind(server, service).filter((pod) => early || isServing(pod))
  return [...new Set(pods.flatMap(({ status }) => (status.podIP ? [status.podIP] : [])))]
}

/** `web-0.web.shop.svc.cluster.local`: a pod by its hostname, below its headless Service. */
function memberOf(server: Server, service: KubeObject, host: string): string[] | undefined {
  const pod = podsBehind(server, service).find(
    ({ spec }) => spec['hostname'] === host && spec['subdomain'] === service.metadata.name,
  )
  return pod?.status.podIP ? [pod.status.podIP] : undefined
}
