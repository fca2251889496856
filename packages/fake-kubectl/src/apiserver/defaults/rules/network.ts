/**
 * Defaults of Services and network policies.
 * Source: kubernetes/pkg/apis/{core,networking}/v1/defaults.go.
 */
import { isZero, structs, type Draft, type Rule } from './rule.ts'

export const NETWORK: Readonly<Record<string, readonly Rule[]>> = {
  'core.v1.ServiceSpec': [sessionAffinity, trafficPolicies, nodePortsOfLoadBalancer],
  'core.v1.Service': [addressMode],
  'core.v1.ServicePort': [targetPort],
  'networking.v1.NetworkPolicySpec': [policyTypes],
}

const AFFINITY_SECONDS = 10_800 // three hours, core/v1's DefaultClientIPServiceAffinitySeconds

function sessionAffinity(spec: Draft): void {
  if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig']
  if (spec['sessionAffinity'] !== 'ClientIP' || spec['sessionAffinityConfig']?.clientIP?.timeoutSeconds) return
  spec['sessionAffinityConfig'] = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } }
}

function trafficPolicies(spec: Draft): void {
  const { type } = spec
  const isExternal =
    type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && !isZero(spec['externalIPs']))
  if (isExternal) spec['externalTrafficPolicy'] ??= 'Cluster'
  if (['ClusterIP', 'NodePort', 'LoadBalancer'].includes(type)) spec['internalTrafficPolicy'] ??= 'Cluster'
}

function nodePortsOfLoadBalancer(spec: Draft): void {
  if (spec['type'] === 'LoadBalancer') spec['allocateLoadBalancerNodePorts'] ??= true
}

function addressMode({ spec, status }: Draft): void {
  if (spec.type !== 'LoadBalancer') return
  for (const address of structs(status.loadBalancer?.ingress)) if (address['ip']) address['ipMode'] ??= 'VIP'
}

function targetPort(port: Draft): void {
  if (isZero(port['targetPort'])) port['targetPort'] = port['port']
}

function policyTypes(spec: Draft): void {
  if (isZero(spec['policyTypes'])) spec['policyTypes'] = isZero(spec['egress']) ? ['Ingress'] : ['Ingress', 'Egress']
}
