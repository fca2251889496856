/**
 * TaintNodesByCondition: a new node takes no pods until it is known to be ready. PodTopologyLabels: a pod that is put on a
 * node bears the node's zone and region.
 * Source: kubernetes/plugin/pkg/admission/{nodetaint,podtopologylabels}/admission.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { structs } from '../defaults/rules/rule.ts'
import { isCreate, type Creator, type Plugin } from './plugin.ts'

const NODES = builtIn('nodes')
const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }
const TOPOLOGY = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']

export const taintNodesByCondition: Plugin = {
  name: 'TaintNodesByCondition',
  kinds: ['nodes'],
  admit(write) {
    const { object, user } = write
    if (!user || !isCreate(write)) return
    const taints = structs(object.spec.taints)
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return
    object.spec.taints = [...taints, { ...NOT_READY }]
  },
}

export const podTopologyLabels: Plugin = {
  name: 'PodTopologyLabels',
  kinds: ['pods'],
  admit(write) {
    const { server, object } = write
    if (!isCreate(write) || !object['spec'].nodeName) return
    const labels = topologyOf(server, object['spec'].nodeName)
    if (labels) object.metadata.labels = { ...labels, ...object.metadata.labels }
  },
}

/** What a pod that is bound to the node bears from then on; undefined when the node says nothing. */
export function topologyOf({ store }: Pick<Creator, 'store'>, nodeName: string): Record<string, string> | undefined {
  const labels = store.find(NODES, '', nodeName)?.metadata.labels ?? {}
  const found = TOPOLOGY.filter((key) => labels[key] !== undefined).map((key) => [key, labels[key]!] as const)
  return found.length > 0 ? Object.fromEntries(found) : undefined
}
