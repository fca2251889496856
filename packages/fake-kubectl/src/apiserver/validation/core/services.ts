/** Services. Source: kubernetes/pkg/apis/core/validation/validation.go, ValidateService(Update). */
import { at, type Fields, type KubeObject } from '../../../api/meta.ts'
import type { Field } from '../field.ts'
import { cidr, dnsLabel, dnsSubdomain, ip, labelKey, port, portNumber } from '../formats.ts'
import { validateLabels } from '../metadata.ts'
import type { Rules } from '../rules.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const DAY_SECONDS = 86_400

export const services: Rules = {
  validate(service) {
    const spec = service.at('spec')
    validateType(spec)
    validatePorts(spec)
    validateLabels(spec.at('selector'))
    spec.at('sessionAffinity').requireOneOf(['ClientIP', 'None'])
    validateAffinity(spec)
    validateAddresses(spec)
    spec.at('type').requireOneOf(TYPES)
    validateRepeated(spec)
    validateBalancer(spec)
    validatePolicies(spec)
  },
  validateUpdate(service, previous, subresource) {
    if (subresource === '') validateAddressUpdate(service.at('spec'), previous)
  },
}

function isHeadless({ value }: Field): boolean {
  return value.clusterIP === 'None'
}

function validateType(spec: Field): void {
  const { type } = spec.value
  if (spec.at('ports').isEmpty && !isHeadless(spec) && type !== 'ExternalName') spec.at('ports').required()
  if (isHeadless(spec) && (type === 'LoadBalancer' || type === 'NodePort'))
    spec.at('clusterIPs').items()[0]?.invalid(`may not be set to 'None' for ${type} services`)
  if (type !== 'ExternalName') return
  for (const field of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'])
    if (!spec.at(field).isEmpty) spec.at(field).forbidden('may not be set for ExternalName services')
  const name = spec.at('externalName')
  if (name.require()) name.with(name.value.replace(/\.$/, '')).is(dnsSubdomain)
}

function validatePorts(spec: Field): void {
  const items = spec.at('ports').items()
  const names = new Set<string>()
  for (const item of items) {
    const name = item.at('name')
    if (name.isEmpty) {
      if (items.length > 1) name.required()
    } else {
      name.is(dnsLabel)
      if (names.has(name.value)) name.duplicate()
      names.add(name.value)
    }
    for (const why of portNumber(item.value.port ?? 0)) item.at('port').invalid(why, item.value.port ?? 0)
    item.at('protocol').requireOneOf(PROTOCOLS)
    item.at('targetPort').is(port)
    item.at('appProtocol').optionalFormat(labelKey)
  }
}

function validateAffinity(spec: Field): void {
  const seconds = spec.at('sessionAffinityConfig', 'clientIP', 'timeoutSeconds')
  if (spec.value.sessionAffinity !== 'ClientIP' || !seconds.isSet) return
  if (seconds.value <= 0 || seconds.value > DAY_SECONDS)
    seconds.invalid(`must be greater than 0 and less than ${DAY_SECONDS}`)
}

function validateAddresses(spec: Field): void {
  for (const address of spec.at('clusterIPs').items()) if (address.value !== 'None') address.is(ip)
  const [first, { value: single }] = [spec.at('clusterIPs').items()[0], spec.at('clusterIP')]
  if (first && single && first.value !== single) spec.at('clusterIPs').invalid('first value must match `clusterIP`')
  for (const family of spec.at('ipFamilies').items()) family.oneOf(['IPv4', 'IPv6'])
  spec.at('ipFamilyPolicy').oneOf(['PreferDualStack', 'RequireDualStack', 'SingleStack'])
  for (const address of spec.at('externalIPs').items()) address.is(ip)
}

/** A node port of its own protocol, and a port of its own protocol, each once. */
function validateRepeated(spec: Field): void {
  const items = spec.at('ports').items()
  if (spec.value.type === 'ClusterIP')
    for (const item of items)
      if (item.value.nodePort) item.at('nodePort').forbidden("may not be used when `type` is 'ClusterIP'")
  const seen = new Set<string>()
  for (const item of items) {
    const { nodePort, protocol } = item.value
    if (nodePort && seen.has(`node ${protocol}/${nodePort}`)) item.at('nodePort').duplicate()
    seen.add(`node ${protocol}/${nodePort}`)
  }
  for (const item of items) {
    const { port: number, protocol } = item.value
    if (seen.has(`${protocol}/${number}`))
      item.duplicate({ Name: '', Protocol: protocol, AppProtocol: null, Port: number, TargetPort: 0, NodePort: 0 })
    seen.add(`${protocol}/${number}`)
  }
}

function validateBalancer(spec: Field): void {
  const isBalancer = spec.value.type === 'LoadBalancer'
  const ranges = spec.at('LoadBalancerSourceRanges').with(spec.value.loadBalancerSourceRanges)
  if (!ranges.isEmpty && !isBalancer) ranges.forbidden("may only be used when `type` is 'LoadBalancer'")
  for (const range of ranges.items()) range.with(range.value.trim()).is(cidr)
  for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'])
    if (spec.at(field).isSet && !isBalancer) spec.at(field).forbidden("may only be used when `type` is 'LoadBalancer'")
}

function validatePolicies(spec: Field): void {
  const { type } = spec.value
  const isExternal = type === 'NodePort' || type === 'LoadBalancer' || !spec.at('externalIPs').isEmpty
  const external = spec.at('externalTrafficPolicy')
  if (isExternal) external.requireOneOf(['Cluster', 'Local'])
  else if (!external.isEmpty) external.invalid('may only be set for externally-accessible services')
  spec.at('internalTrafficPolicy').oneOf(['Cluster', 'Local'])
  spec.at('trafficDistribution').oneOf(['PreferClose', 'PreferSameNode', 'PreferSameZone'])
}

/** An address stays, unless the Service stops or starts to be a mere name. */
function validateAddressUpdate(spec: Field, previous: KubeObject): void {
  const before = (at(previous, 'spec') ?? {}) as Fields
  if (before['type'] === 'ExternalName' || spec.value.type === 'ExternalName') return
  const [was, is] = [before['clusterIPs'] as string[] | undefined, spec.value.clusterIPs as string[] | undefined]
  if (was?.[0] && is?.[0] && was[0] !== is[0])
    spec.at('clusterIPs').items()[0]!.with(is).invalid('may not change once set')
  const [family, now] = [(before['ipFamilies'] as string[] | undefined)?.[0], spec.value.ipFamilies?.[0]]
  if (family && now && family !== now)
    spec.at('ipFamilies').items()[0]!.with(spec.value.ipFamilies).invalid('may not change once set')
}
