/**
 * The files the kubelet writes for a pod: its hosts, its name, and where it asks for names.
 * Source: pkg/kubelet/kubelet_pods.go managedHostsFileContent; pkg/kubelet/network/dns/dns.go.
 */
import { at } from '../api/meta.ts'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { dnsAddress, searchDomains } from '../network/dns.ts'
import { hostname } from './environment.ts'
import { bytesOf } from './pipe.ts'
import { file, type Entry } from './tree.ts'

const LOCAL = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
]

export function etcFiles(server: Server, pod: Pod, mtimeMs: number): [string, Entry][] {
  const texts: [string, string][] = [
    ['/etc/hosts', hosts(pod)],
    ['/etc/hostname', `${hostname(pod)}\n`],
    ['/etc/resolv.conf', resolvConf(server, pod)],
    ['/dev/termination-log', ''],
  ]
  return texts.map(([path, text]) => [path, file(bytesOf(text), mtimeMs)])
}

/** Names of the pod's own hosts file and their addresses. */
export function hostEntries({ spec, status, metadata }: Pod): [address: string, names: string[]][] {
  const aliases = (spec['hostAliases'] ?? []) as { ip: string; hostnames?: string[] }[]
  const own = hostname({ spec, status, metadata })
  const subdomain = spec['subdomain']
  const qualified = subdomain ? [`${own}.${String(subdomain)}.${metadata.namespace}.svc.cluster.local`] : []
  return [
    [status.podIP ?? '', [...qualified, own]],
    ...aliases.map(({ ip, hostnames = [] }): [string, string[]] => [ip, hostnames]),
  ]
}

function hosts(pod: Pod): string {
  const [own, ...aliases] = hostEntries(pod).map(([address, names]) => `${address}\t${names.join('\t')}`)
  const added = aliases.length > 0 ? ['', '# Entries added by HostAliases.', ...aliases] : []
  return `${['# Kubernetes-managed hosts file.', ...LOCAL, own, ...added].join('\n')}\n`
}

function resolvConf(server: Server, pod: Pod): string {
  const search = searchDomains(pod)
  const config = (at(pod.spec, 'dnsConfig') ?? {}) as { nameservers?: string[] }
  const servers = [...(search.length > 0 ? [dnsAddress(server)] : []), ...(config.nameservers ?? [])]
  const lines = servers.length > 0 ? servers : ['10.20.255.253']
  return [
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    ...lines.map((address) => `nameserver ${address}`),
    ...(search.length > 0 ? ['options ndots:5'] : []),
    '',
  ].join('\n')
}
