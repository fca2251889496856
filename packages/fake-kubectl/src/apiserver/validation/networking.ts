/** Ingresses and network policies. Source: kubernetes/pkg/apis/networking/validation/validation.go. */
import type { Field } from './field.ts'
import { cidr, dnsSubdomain, ip, port, portName, portNumber, wildcardDomain } from './formats.ts'
import type { Rules } from './rules.ts'
import { validateSelector } from './selectors.ts'

const CLASS = 'kubernetes.io/ingress.class'
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']
/** In paths that are matched by their parts. */
const FORBIDDEN_PARTS = ['//', '/./', '/../', '%2f', '%2F']
const FORBIDDEN_ENDS = ['/..', '/.']

export const ingresses: Rules = {
  validate(ingress) {
    const spec = ingress.at('spec')
    if (spec.at('rules').isEmpty && !spec.at('defaultBackend').isSet)
      spec.invalid('either `defaultBackend` or `rules` must be specified', spec.value.rules ?? null)
    if (spec.at('defaultBackend').isSet) validateBackend(spec.at('defaultBackend'))
    for (const rule of spec.at('rules').items()) validateRule(rule)
    for (const host of spec
      .at('tls')
      .items()
      .flatMap((it) => it.at('hosts').items()))
      validateHost(host)
    spec.at('ingressClassName').optionalFormat(dnsSubdomain)
  },
  validateCreate(ingress) {
    const annotation = ingress.at('annotations').at(CLASS).with(ingress.value.metadata.annotations?.[CLASS])
    if (annotation.isSet && ingress.at('spec', 'ingressClassName').isSet)
      annotation.invalid('can not be set when the class field is also set')
  },
}

function validateHost(host: Field): void {
  if (!host.isEmpty) host.is(host.value.includes('*') ? wildcardDomain : dnsSubdomain)
}

function validateRule(rule: Field): void {
  const host = rule.at('host')
  if (!host.isEmpty && ip(host.value).length === 0) host.invalid('must be a DNS name, not an IP address')
  validateHost(host)
  const http = rule.at('http')
  if (!http.isSet) return
  if (!http.at('paths').require()) return
  for (const path of http.at('paths').items()) validatePath(path)
}

function validatePath(item: Field): void {
  const [type, path] = [item.at('pathType'), item.at('path')]
  const text = String(path.value ?? '')
  if (!type.isSet) type.required('pathType must be specified')
  else if (!PATH_TYPES.includes(type.value)) type.notSupported(PATH_TYPES)
  else if (type.value === 'ImplementationSpecific') {
    if (text !== '' && !text.startsWith('/')) path.invalid('must be an absolute path')
  } else {
    if (!text.startsWith('/')) path.invalid('must be an absolute path', text)
    for (const part of FORBIDDEN_PARTS) if (text.includes(part)) path.invalid(`must not contain '${part}'`)
    for (const end of FORBIDDEN_ENDS) if (text.endsWith(end)) path.invalid(`cannot end with '${end}'`)
  }
  validateBackend(item.at('backend'))
}

function validateBackend(backend: Field): void {
  const [service, resource] = [backend.at('service'), backend.at('resource')]
  if (service.isSet && resource.isSet) return backend.invalid('cannot set both resource and service backends', '')
  if (resource.isSet) {
    for (const field of ['kind', 'name']) resource.at(field).require()
    return
  }
  if (!service.isSet) return backend.required('port name or number is required')
  service.at('name').requireFormat(dnsSubdomain)
  const { name, number } = service.value.port ?? {}
  const ports = service.at('port')
  if (name && number) ports.invalid('cannot set both port name & port number')
  else if (name) ports.at('name').is(portName)
  else if (number) for (const why of portNumber(number)) ports.at('number').invalid(why)
  else ports.required('port name or number is required')
}

const POLICY_TYPES = ['Egress', 'Ingress']

export const networkPolicies: Rules = {
  validate(policy) {
    const spec = policy.at('spec')
    validateSelector(spec.at('podSelector'))
    for (const [rules, peers] of [
      ['ingress', 'from'],
      ['egress', 'to'],
    ] as const)
      for (const rule of spec.at(rules).items()) {
        for (const item of rule.at('ports').items()) validatePolicyPort(item)
        for (const peer of rule.at(peers).items()) validatePeer(peer)
      }
    const types = spec.at('policyTypes')
    if (types.items().length > 2) types.invalid('may not specify more than two policyTypes')
    else for (const type of types.items()) type.oneOf(POLICY_TYPES)
  },
}

function validatePolicyPort(item: Field): void {
  item.at('protocol').oneOf(['SCTP', 'TCP', 'UDP'])
  const [start, end] = [item.at('port'), item.at('endPort')]
  if (start.isSet) start.is(port)
  if (!end.isSet) return
  if (!start.isSet) end.required('must be specified when `port` is specified')
  else if (typeof start.value === 'string') end.invalid('may not be specified when `port` is non-numeric')
  else if (end.value < start.value) end.invalid('must be greater than or equal to `port`')
}

function validatePeer(peer: Field): void {
  const [pods, namespaces, block] = [peer.at('podSelector'), peer.at('namespaceSelector'), peer.at('ipBlock')]
  validateSelector(pods)
  validateSelector(namespaces)
  if (block.isSet) {
    if (pods.isSet || namespaces.isSet) peer.forbidden('may not specify both ipBlock and another peer')
    if (block.at('cidr').require()) block.at('cidr').is(cidr)
    for (const except of block.at('except').items()) except.is(cidr)
  } else if (!pods.isSet && !namespaces.isSet) peer.required('must specify a peer')
}

export const ingressClasses: Rules = {
  validate(object) {
    const [controller, parameters] = [object.at('spec', 'controller'), object.at('spec', 'parameters')]
    if (controller.isSet && !controller.isEmpty && !/^[^/]+\/.+$/.test(controller.value))
      controller.invalid('must be a domain-prefixed path (such as "acme.io/foo")')
    if (!parameters.isSet) return
    for (const field of ['kind', 'name']) parameters.at(field).require()
    parameters.at('scope').requireOneOf(['Cluster', 'Namespace'])
  },
  validateUpdate(object, previous) {
    const controller = object.at('spec', 'controller')
    const before = (previous['spec'] as { controller?: string } | undefined)?.controller
    if (controller.value !== before) controller.invalid('field is immutable')
  },
}
