/**
 * metrics.k8s.io, which a cluster has only where a metrics server runs: what nodes and pods use at the moment.
 * Source: k8s.io/metrics v1beta1; discovery of metrics-server.
 */
import { rowsOf, type ResourceType } from './row.ts'

const row = rowsOf('metrics.k8s.io', 'v1beta1', { verbs: ['get', 'list'], computed: true, singular: '' })

export const METRICS: readonly ResourceType[] = [
  row('nodes', 'NodeMetrics', { namespaced: false }),
  row('pods', 'PodMetrics'),
]
