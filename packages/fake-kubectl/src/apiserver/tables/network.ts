/** The columns of how things are reached: Services, endpoints, Ingresses, policies, address ranges. */
import { at, type KubeObject } from '../../api/meta.ts'
import { AGE, column, field, list, NAME, NONE, number, pairs, selector, some, text, UNSET, wide } from './cells.ts'
import type { Column } from './table.ts'

const SHOWN = 3

export const NETWORK: Readonly<Record<string, readonly Column[]>> = {
  services: [
    NAME,
    field('Type', 'spec.type', ''),
    column('Cluster-IP', (it) => String(list(it, 'spec.clusterIPs')[0] ?? NONE)),
    column('External-IP', externalIp),
    column('Port(s)', servicePorts),
    AGE,
    wide(column('Selector', (it) => pairs(at(it, 'spec.selector')))),
  ],
  endpoints: [NAME, column('Endpoints', addresses), AGE],
  endpointslices: [
    NAME,
    field('AddressType', 'addressType', ''),
    column('Ports', (it) => some(list(it, 'ports').map(slicePort), SHOWN, UNSET)),
    column('Endpoints', (it) =>
      some(
        list(it, 'endpoints').flatMap((one) => list(one, 'addresses') as string[]),
        SHOWN,
        UNSET,
      ),
    ),
    AGE,
  ],
  ingresses: [
    NAME,
    field('Class', 'spec.ingressClassName'),
    column('Hosts', hosts),
    column('Address', loadBalancer),
    column('Ports', (it) => (list(it, 'spec.tls').length > 0 ? '80, 443' : '80')),
    AGE,
  ],
  ingressclasses: [NAME, field('Controller', 'spec.controller', ''), column('Parameters', parameters), AGE],
  networkpolicies: [NAME, column('Pod-Selector', (it) => selector(at(it, 'spec.podSelector'))), AGE],
  servicecidrs: [NAME, column('CIDRs', (it) => list(it, 'spec.cidrs').join(',')), AGE],
  ipaddresses: [NAME, column('ParentRef', parentRef), AGE],
}

function externalIp(service: KubeObject): string {
  const external = list(service, 'spec.externalIPs') as string[]
  switch (text(service, 'spec.type')) {
    case 'ExternalName':
      return text(service, 'spec.externalName')
    case 'LoadBalancer': {
      const balancer = loadBalancer(service)
      return [...(balancer ? [balancer] : []), ...external].join(',') || '<pending>'
    }
    default:
      return external.join(',') || NONE
  }
}

/** Where a load balancer answers: addresses and host names, sorted. */
function loadBalancer(object: KubeObject): string {
  const places = list(object, 'status.loadBalancer.ingress').map((it) => text(it, 'ip') || text(it, 'hostname'))
  return [...new Set(places.filter(Boolean))].sort().join(',')
}

function servicePorts(service: KubeObject): string {
  const ports = list(service, 'spec.ports').map((port) => {
    const nodePort = number(port, 'nodePort')
    return `${number(port, 'port')}${nodePort ? `:${nodePort}` : ''}/${text(port, 'protocol')}`
  })
  return ports.join(',') || NONE
}

function addresses(endpoints: KubeObject): string {
  const all = list(endpoints, 'subsets').flatMap((subset) => {
    const ips = list(subset, 'addresses').map((it) => text(it, 'ip'))
    const ports = list(subset, 'ports').map((it) => number(it, 'port'))
    // A headless Service may have no ports.
    if (ports.length === 0) return ips
    return ports.flatMap((port) => ips.map((ip) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`))
  })
  return list(endpoints, 'subsets').length === 0 ? NONE : some(all, SHOWN, '')
}

function slicePort(port: unknown): string {
  return String(at(port, 'port') ?? at(port, 'name') ?? '*')
}

function hosts(ingress: KubeObject): string {
  const rules = list(ingress, 'spec.rules')
  const named = rules.map((rule) => text(rule, 'host')).filter(Boolean)
  if (named.length === 0) return '*'
  const more = rules.length > SHOWN && named.length >= SHOWN ? ` + ${rules.length - SHOWN} more...` : ''
  return named.slice(0, SHOWN).join(',') + more
}

function parameters(ingressClass: KubeObject): string {
  const found = at(ingressClass, 'spec.parameters')
  if (found === undefined) return NONE
  const group = text(found, 'apiGroup')
  return `${text(found, 'kind')}${group && `.${group}`}/${text(found, 'name')}`
}

function parentRef(address: KubeObject): string {
  const found = at(address, 'spec.parentRef')
  if (found === undefined) return NONE
  const group = text(found, 'group')
  const resource = `${text(found, 'resource')}${group && `.${group}`}`.toLowerCase()
  return [resource, text(found, 'namespace'), text(found, 'name')].filter(Boolean).join('/')
}
