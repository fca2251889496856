/**
 * What one object uses up of a quota, by the names that a ResourceQuota may limit.
 * Source: kubernetes/pkg/quota/v1/evaluator/core/{pods,services,persistent_volume_claims}.go; apiserver/pkg/quota/v1/generic.
 */
import { isOver } from '../api/pod-state.ts'
import type { Pod } from '../api/types.ts'
import { isFields, type KubeObject } from '../api/meta.ts'
import { qualified, type GroupResource } from '../api/status.ts'
import { podResources, type ResourceList } from '../apiserver/defaults/rules/pod-resources.ts'
import { structs, type Draft } from '../apiserver/defaults/rules/rule.ts'

/** `{ 'pods': '1', 'requests.cpu': '100m', … }` */
export function usageOf(resource: GroupResource, object: KubeObject): ResourceList {
  const name = qualified(resource)
  const counted = { [`count/${name}`]: '1', ...(PLAIN.has(name) && { [name]: '1' }) }
  return { ...counted, ...USAGES[name]?.(object) }
}

/** Counted under their own name, too: from a time before `count/`. */
const PLAIN = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets'])

const USAGES: Readonly<Record<string, (object: KubeObject & Draft) => ResourceList>> = {
  pods: podUsage,
  services: serviceUsage,
  persistentvolumeclaims: claimUsage,
}

/** A pod that has ended uses nothing any more, but still counts as an object. */
function podUsage(pod: KubeObject & Draft): ResourceList {
  if (isOver(pod as unknown as Pod) || !isFields(pod['spec'])) return {}
  const requests = Object.entries(podResources(pod['spec'])).map(([name, amount]) => [`requests.${name}`, amount])
  const limits = Object.entries(podResources(pod['spec'], 'limits')).map(([name, amount]) => [`limits.${name}`, amount])
  const usage: Record<string, string> = { pods: '1', ...Object.fromEntries([...requests, ...limits]) }
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
    const amount = usage[`requests.${name}`]
    if (amount !== undefined) usage[name] = amount
  }
  return usage
}

function serviceUsage({ spec }: KubeObject & Draft): ResourceList {
  const ports = structs(spec?.ports)
  const nodePorts = spec?.allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort) : ports
  const isBalanced = spec?.type === 'LoadBalancer'
  const hasNodePorts = isBalanced || spec?.type === 'NodePort'
  return {
    services: '1',
    'services.nodeports': String(hasNodePorts ? nodePorts.length : 0),
    'services.loadbalancers': isBalanced ? '1' : '0',
  }
}

function claimUsage({ spec }: KubeObject & Draft): ResourceList {
  const size: string | undefined = spec?.resources?.requests?.storage
  const counted = { persistentvolumeclaims: '1', ...(size && { 'requests.storage': size }) }
  const prefix = spec?.storageClassName ? `${spec.storageClassName}.storageclass.storage.k8s.io/` : undefined
  if (!prefix) return counted
  return { ...counted, ...Object.fromEntries(Object.entries(counted).map(([name, it]) => [prefix + name, it])) }
}
