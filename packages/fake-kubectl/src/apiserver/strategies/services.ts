/**
 * Services: families and addresses, node ports, and what is given back when a Service changes its type.
 * Source: kubernetes/pkg/registry/core/service/{strategy,storage/alloc}.go.
 */
import { at, equal, type KubeObject } from '../../api/meta.ts'
import { invalid, invalidValue, type FieldError } from '../../api/status.ts'
import type { Write } from '../admission/plugin.ts'
import { structs, type Draft } from '../defaults/rules/rule.ts'
import {
  freeAddress,
  freePort,
  isInRange,
  NODE_PORTS,
  SERVICE_RANGE,
  usedAddresses,
  usedPorts,
} from './service-pools.ts'
import type { Strategy } from './strategy.ts'

export const services: Strategy = {
  prepareForUpdate({ object, subresource }, previous) {
    if (subresource !== '' || typeof object['spec'] !== 'object') return
    const before = (previous['spec'] ?? {}) as Draft
    keepAddresses(object['spec'], before)
    dropUnused(object['spec'], before)
  },
  allocate(write) {
    const { spec } = write.object
    if (spec.type !== 'ExternalName') allocateAddress(write, spec)
    if (hasNodePorts(spec)) allocateNodePorts(write, spec)
    if (needsHealthCheck(spec) && !spec.healthCheckNodePort)
      spec.healthCheckNodePort = freePort(write, takenPorts(write))
  },
}

/** A client that leaves its address and ports out on an update keeps them. */
function keepAddresses(spec: Draft, before: Draft): void {
  if (spec['type'] === 'ExternalName') return
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) spec[field] ??= before[field]
  // Whoever writes only the one address means the first of the list.
  if (spec['clusterIP'] !== before['clusterIP'] && equal(spec['clusterIPs'], before['clusterIPs']))
    spec['clusterIPs'] = spec['clusterIP'] ? [spec['clusterIP'], ...(spec['clusterIPs'] ?? []).slice(1)] : undefined
  if (hasNodePorts(spec) && hasNodePorts(before)) {
    const known = new Map(structs(before['ports']).map((port) => [keyOf(port), port['nodePort']]))
    for (const port of structs(spec['ports'])) port['nodePort'] ||= known.get(keyOf(port))
  }
  if (needsHealthCheck(spec)) spec['healthCheckNodePort'] ??= before['healthCheckNodePort']
}

function keyOf({ protocol, port }: Draft): string {
  return `${protocol}/${port}`
}

/** What the new type does not have is given back, unless the client asks for it in so many words. */
function dropUnused(spec: Draft, before: Draft): void {
  const drop = (field: string) => equal(spec[field], before[field]) && delete spec[field]
  if (spec['type'] === 'ExternalName') for (const field of ADDRESSES) drop(field)
  if (!hasNodePorts(spec) && hasNodePorts(before)) {
    const held = new Set(structs(before['ports']).map((port) => port['nodePort']))
    for (const port of structs(spec['ports'])) if (held.has(port['nodePort'])) delete port['nodePort']
  }
  if (!needsHealthCheck(spec)) drop('healthCheckNodePort')
  if (!hasNodePorts(spec) && !spec['externalIPs']) drop('externalTrafficPolicy')
  if (spec['type'] !== 'LoadBalancer') for (const field of BALANCER) drop(field)
}

const ADDRESSES = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy']
const BALANCER = ['allocateLoadBalancerNodePorts', 'loadBalancerClass']

function hasNodePorts(spec: Draft): boolean {
  return spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer'
}

function needsHealthCheck(spec: Draft): boolean {
  return spec['type'] === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local'
}

function allocateAddress(write: Write, spec: Draft): void {
  spec['clusterIP'] ??= spec['clusterIPs']?.[0]
  const isHeadless = spec['clusterIP'] === 'None'
  const hasSelector = Object.keys(spec['selector'] ?? {}).length > 0
  // A headless Service without a selector may have endpoints of either family.
  spec['ipFamilyPolicy'] ??= isHeadless && !hasSelector ? 'RequireDualStack' : 'SingleStack'
  spec['ipFamilies'] ??= spec['ipFamilyPolicy'] === 'RequireDualStack' ? ['IPv4', 'IPv6'] : ['IPv4']
  const isKept = spec['clusterIP'] && spec['clusterIP'] === at(write.previous, 'spec.clusterIP')
  if (!isHeadless && !isKept) takeAddress(write, spec)
  if (spec['clusterIP']) spec['clusterIPs'] = [spec['clusterIP']]
}

function takeAddress(write: Write, spec: Draft): void {
  const used = usedAddresses(write.server, write.object)
  const asked: string | undefined = spec['clusterIP'] || undefined
  if (asked === undefined) return void (spec['clusterIP'] = freeAddress(write.server, used))
  const fail = (why: string) =>
    failed(write.object, [invalidValue('spec.clusterIPs', [asked], `failed to allocate IP ${asked}: ${why}`)])
  if (!isInRange(asked))
    throw fail(`the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${SERVICE_RANGE}`)
  if (used.has(asked)) throw fail('provided IP is already allocated')
}

function allocateNodePorts(write: Write, spec: Draft): void {
  if (spec['type'] === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] === false) return
  const taken = takenPorts(write)
  const own = new Map<string, number>()
  for (const [i, port] of structs(spec['ports']).entries()) {
    const protocol = String(port['protocol'])
    if (port['nodePort']) claim(write, i, port, taken)
    // The same number may serve TCP and UDP of one port.
    else port['nodePort'] = own.get(String(port['port'])) ?? freePort(write, taken)
    own.set(String(port['port']), port['nodePort'])
    taken.add(`${protocol}/${port['nodePort']}`)
  }
}

function claim(
  { object, previous }: Write,
  i: number,
  { nodePort, protocol }: Draft,
  taken: ReadonlySet<string>,
): void {
  if (structs(at(previous, 'spec.ports')).some((it) => it['nodePort'] === nodePort && it['protocol'] === protocol))
    return
  const fail = (why: string) => failed(object, [invalidValue(`spec.ports[${i}].nodePort`, nodePort, why)])
  const [low, high] = NODE_PORTS
  if (nodePort < low || nodePort > high)
    throw fail(`provided port is not in the valid range. The range of valid ports is ${low}-${high}`)
  if (taken.has(`${protocol}/${nodePort}`)) throw fail('provided port is already allocated')
}

function takenPorts({ server, object }: Write): Set<string> {
  return usedPorts(server, object)
}

function failed({ metadata }: KubeObject, errors: FieldError[]): Error {
  return invalid('Service', '', metadata.name, errors)
}
