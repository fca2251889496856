/**
 * Services, Endpoints, EndpointSlices, Ingresses, IngressClasses and NetworkPolicies.
 * Source: kubectl/pkg/describe/describe.go.
 */
import { labelsText } from '../printers/table.ts'
import { byBytes, type Wire } from '../wire.ts'
import type { Describing } from './describers.ts'
import { selectorText, zone, type Description } from './description.ts'

const ENDPOINTS_SHOWN = 3

export async function describeService(text: Description, object: Wire, describing: Describing): Promise<void> {
  const { metadata, spec, status = {} } = object
  const slices = await slicesOf(describing, metadata.namespace, metadata.name)
  text.head(object)
  text.line(0, 'Selector:', labelsText(spec.selector))
  text.line(0, 'Type:', spec.type)
  if (spec.ipFamilyPolicy) text.line(0, 'IP Family Policy:', spec.ipFamilyPolicy)
  text.line(0, 'IP Families:', (spec.ipFamilies ?? []).join(',') || '<none>')
  text.line(0, 'IP:', spec.clusterIP)
  text.line(0, 'IPs:', (spec.clusterIPs ?? []).join(',') || '<none>')
  if (spec.externalIPs) text.line(0, 'External IPs:', spec.externalIPs.join(','))
  if (spec.loadBalancerIP) text.line(0, 'Desired LoadBalancer IP:', spec.loadBalancerIP)
  if (spec.externalName) text.line(0, 'External Name:', spec.externalName)
  if (status.loadBalancer?.ingress) text.line(0, 'LoadBalancer Ingress:', ingressText(status.loadBalancer.ingress))
  for (const port of spec.ports ?? []) describePort(text, port, slices)
  describeTraffic(text, spec)
}

function ingressText(ingress: readonly Wire[]): string {
  return ingress
    .map(({ ip, ipMode, hostname }) => (ip ? `${ip}${ipMode ? ` (${ipMode})` : ''}` : (hostname ?? '')))
    .join(', ')
}

function describePort(
  text: Description,
  { name, port, protocol, targetPort, appProtocol, nodePort }: Wire,
  slices: readonly Wire[],
): void {
  text.line(0, 'Port:', name || '<unset>', `${port}/${protocol}`)
  text.line(0, 'TargetPort:', `${targetPort ?? 0}/${protocol}`)
  if (appProtocol) text.line(0, 'AppProtocol:', appProtocol)
  if (nodePort) text.line(0, 'NodePort:', name || '<unset>', `${nodePort}/${protocol}`)
  text.line(0, 'Endpoints:', endpointsText(slices, name ?? ''))
}

function describeTraffic(text: Description, spec: Wire): void {
  text.line(0, 'Session Affinity:', spec.sessionAffinity)
  if (spec.externalTrafficPolicy) text.line(0, 'External Traffic Policy:', spec.externalTrafficPolicy)
  if (spec.internalTrafficPolicy) text.line(0, 'Internal Traffic Policy:', spec.internalTrafficPolicy)
  if (spec.healthCheckNodePort) text.line(0, 'HealthCheck NodePort:', spec.healthCheckNodePort)
  if (spec.loadBalancerSourceRanges)
    text.line(0, 'LoadBalancer Source Ranges:', spec.loadBalancerSourceRanges.join(','))
  if (spec.trafficDistribution) text.line(0, 'Traffic Distribution:', spec.trafficDistribution)
}

function slicesOf({ list }: Describing, namespace: string, service: string): Promise<Wire[]> {
  return list('discovery.k8s.io', 'v1', 'endpointslices', {
    namespace,
    labels: `kubernetes.io/service-name=${service}`,
  })
}

/** Three ready addresses of a port, and how many more there are. */
function endpointsText(slices: readonly Wire[], portName: string): string {
  if (slices.length === 0) return '<none>'
  const addresses = slices.flatMap(({ ports, endpoints }) => {
    const ready = (endpoints ?? [])
      .filter(({ conditions }: Wire) => conditions?.ready !== false)
      .map((it: Wire) => it.addresses[0])
    if (!ports || ports.length === 0) return ready
    return ports
      .filter(({ name = '' }: Wire) => name === portName)
      .flatMap(({ port }: Wire) =>
        ready.map((address: string) => `${address.includes(':') ? `[${address}]` : address}:${port}`),
      )
  })
  const shown = addresses.slice(0, ENDPOINTS_SHOWN).join(',')
  return addresses.length > ENDPOINTS_SHOWN ? `${shown} + ${addresses.length - ENDPOINTS_SHOWN} more...` : shown
}

export function describeEndpoints(text: Description, object: Wire): void {
  text.head(object)
  text.line(0, 'Subsets:')
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of object.subsets ?? []) {
    text.line(1, 'Addresses:', addresses.map(({ ip }: Wire) => ip).join(',') || '<none>')
    text.line(1, 'NotReadyAddresses:', notReadyAddresses.map(({ ip }: Wire) => ip).join(',') || '<none>')
    if (ports.length > 0) {
      text.line(1, 'Ports:')
      text.table(
        2,
        ['Name', 'Port', 'Protocol'],
        ports.map(({ name, port, protocol }: Wire) => [name || '<unset>', port, protocol]),
      )
    }
    text.put('\n')
  }
}

export function describeEndpointSlice(text: Description, object: Wire): void {
  const { addressType, ports, endpoints } = object
  text.head(object)
  text.line(0, 'AddressType:', addressType)
  if (!ports || ports.length === 0) text.line(0, 'Ports: <unset>')
  else {
    text.line(0, 'Ports:')
    text.table(
      1,
      ['Name', 'Port', 'Protocol'],
      ports.map(({ name, port, protocol }: Wire) => [name || '<unset>', port ?? '<unset>', protocol]),
    )
  }
  if (!endpoints || endpoints.length === 0) return text.line(0, 'Endpoints: <none>')
  text.line(0, 'Endpoints:')
  for (const { addresses = [], conditions, hostname, targetRef, nodeName, zone: area } of endpoints) {
    text.line(1, '- Addresses:', addresses.join(', ') || '<none>')
    text.line(2, 'Conditions:')
    text.line(3, 'Ready:', String(conditions?.ready ?? '<unset>'))
    text.line(2, 'Hostname:', hostname ?? '<unset>')
    if (targetRef) text.line(2, 'TargetRef:', `${targetRef.kind}/${targetRef.name}`)
    text.line(2, 'NodeName:', nodeName ?? '<unset>')
    text.line(2, 'Zone:', area ?? '<unset>')
  }
}

export async function describeIngress(
  text: Description,
  { metadata, spec, status = {} }: Wire,
  describing: Describing,
): Promise<void> {
  const backend = (each: Wire): Promise<string> => backendText(describing, metadata.namespace, each)
  const byDefault = spec.defaultBackend ? await backend(spec.defaultBackend) : '<default>'
  text.line(0, 'Name:', metadata.name)
  text.labels('Labels', metadata.labels)
  text.line(0, 'Namespace:', metadata.namespace)
  const addresses: string[] = (status.loadBalancer?.ingress ?? []).map(({ ip, hostname }: Wire) => ip || hostname)
  text.line(0, 'Address:', [...new Set(addresses)].sort(byBytes).join(','))
  text.line(0, 'Ingress Class:', spec.ingressClassName ?? '<none>')
  text.line(0, 'Default backend:', byDefault)
  if (spec.tls) text.line(0, 'TLS:')
  for (const { secretName, hosts = [] } of spec.tls ?? []) {
    text.line(1, secretName ? `${secretName} terminates ${hosts.join(',')}` : `SNI routes ${hosts.join(',')}`)
  }
  text.put('Rules:\n  Host\tPath\tBackends\n')
  text.line(1, '----', '----', '--------')
  const rules = (spec.rules ?? []).filter(({ http }: Wire) => http)
  for (const { host, http } of rules) {
    text.put(`${host || '*'}\t\n`, 1)
    for (const each of http.paths) text.put(`\t${each.path ?? ''} \t${await backend(each.backend)}\n`, 2)
  }
  if (rules.length === 0) text.line(1, '*', '*', byDefault)
  text.annotations('Annotations', metadata.annotations)
}

async function backendText(describing: Describing, namespace: string, { service, resource }: Wire): Promise<string> {
  if (resource) return `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`
  if (!service) return ''
  const { number, name = '' } = service.port ?? {}
  const head = `${service.name}:${number || name}`
  try {
    const slices = await slicesOf(describing, namespace, service.name)
    const services = { group: '', version: 'v1', plural: 'services', namespaced: true }
    const { spec } = await describing.get(services, namespace, service.name)
    const port = (spec.ports ?? []).findLast(
      (each: Wire) => (number && number === each.port) || (name && name === each.name),
    )
    return `${head} (${endpointsText(slices, port?.name ?? '')})`
  } catch (fault) {
    return `${head} (<error: ${(fault as Error).message}>)`
  }
}

export function describeIngressClass(text: Description, object: Wire): void {
  text.head(object, { namespaced: false })
  const { controller, parameters } = object.spec ?? {}
  text.line(0, 'Controller:', controller)
  if (!parameters) return
  text.line(0, 'Parameters:')
  if (parameters.apiGroup) text.line(1, 'APIGroup:', parameters.apiGroup)
  text.line(1, 'Kind:', parameters.kind)
  text.line(1, 'Name:', parameters.name)
}

type Direction = { ports: string; peers: string; anyPeer: string; isolated: string }

const INGRESS: Direction = {
  ports: 'ingress',
  peers: 'From',
  anyPeer: 'From: <any> (traffic not restricted by source)',
  isolated: '<none> (Selected pods are isolated for ingress connectivity)',
}
const EGRESS: Direction = {
  ports: 'egress',
  peers: 'To',
  anyPeer: 'To: <any> (traffic not restricted by destination)',
  isolated: '<none> (Selected pods are isolated for egress connectivity)',
}

export function describeNetworkPolicy(text: Description, { metadata, spec = {} }: Wire): void {
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Namespace:', metadata.namespace)
  text.line(0, 'Created on:', goTime(metadata.creationTimestamp))
  text.labels('Labels', metadata.labels)
  text.annotations('Annotations', metadata.annotations)
  text.line(0, 'Spec:')
  text.put('PodSelector: ', 1)
  text.line(2, selectorText(spec.podSelector, '<none> (Allowing the specific traffic to all pods in this namespace)'))
  const types: string[] = spec.policyTypes ?? []
  for (const [type, rules, direction] of [
    ['Ingress', spec.ingress, INGRESS],
    ['Egress', spec.egress, EGRESS],
  ] as const) {
    if (!types.includes(type)) text.line(1, `Not affecting ${direction.ports} traffic`)
    else describeRules(text, rules ?? [], direction)
  }
  text.line(1, `Policy Types: ${types.join(', ') || '<none>'}`)
}

function describeRules(text: Description, rules: readonly Wire[], direction: Direction): void {
  text.line(1, `Allowing ${direction.ports} traffic:`)
  if (rules.length === 0) text.line(2, direction.isolated)
  rules.forEach((rule, i) => {
    const ports: Wire[] = rule.ports ?? []
    if (ports.length === 0) text.line(2, 'To Port: <any> (traffic allowed to all ports)')
    for (const { port, endPort, protocol = 'TCP' } of ports) {
      text.line(
        2,
        endPort ? `To Port Range: ${port}-${endPort}/${protocol}` : `To Port: ${port ?? '<nil>'}/${protocol}`,
      )
    }
    const peers: Wire[] = rule.from ?? rule.to ?? []
    if (peers.length === 0) text.line(2, direction.anyPeer)
    for (const peer of peers) describePeer(text, peer, direction)
    if (i < rules.length - 1) text.line(2, '----------')
  })
}

function describePeer(
  text: Description,
  { podSelector, namespaceSelector, ipBlock }: Wire,
  { peers }: Direction,
): void {
  text.line(2, `${peers}:`)
  if (namespaceSelector) text.line(3, `NamespaceSelector: ${selectorText(namespaceSelector)}`)
  if (podSelector) text.line(3, `PodSelector: ${selectorText(podSelector)}`)
  if (podSelector || namespaceSelector || !ipBlock) return
  text.line(3, 'IPBlock:')
  text.line(4, `CIDR: ${ipBlock.cidr}`)
  text.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`)
}

/** Go's time.String: `2026-01-15 09:00:00 +0000 UTC`. */
function goTime(time: string): string {
  const at = new Date(time)
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString()
  const name = new Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')
  return `${local.slice(0, 10)} ${local.slice(11, 19)} ${zone(at)} ${name?.value ?? 'UTC'}`
}
