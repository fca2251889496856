/**
 * All that kube-state-metrics tells: the state of the cluster's objects as numbers.
 * Source: https://github.com/kubernetes/kube-state-metrics
 */
import type { Family, Labels } from '@mcp-lab/prometheus'
import { builtIn } from '../../api/kinds/built-in.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Server } from '../../apiserver/server.ts'
import type { Store } from '../../store/store.ts'
import {
  CLAIM_METRICS,
  NAMESPACE_METRICS,
  NODE_METRICS,
  QUOTA_METRICS,
  SERVICE_METRICS,
  SLICE_METRICS,
  VOLUME_METRICS,
} from './cluster.ts'
import { POD_METRICS } from './pods.ts'
import { stateFamilies, type StateMetric } from './rows.ts'
import {
  AUTOSCALER_METRICS,
  CRON_JOB_METRICS,
  DAEMON_SET_METRICS,
  DEPLOYMENT_METRICS,
  DISRUPTION_METRICS,
  JOB_METRICS,
  REPLICA_SET_METRICS,
  STATEFUL_SET_METRICS,
} from './workloads.ts'

type Kind = { readonly plural: string; readonly label: string; readonly metrics: readonly StateMetric<never>[] }

/** By resource: the label that names an object, and what is told of it. */
const KINDS: readonly Kind[] = [
  { plural: 'nodes', label: 'node', metrics: NODE_METRICS },
  { plural: 'namespaces', label: 'namespace', metrics: NAMESPACE_METRICS },
  { plural: 'pods', label: 'pod', metrics: POD_METRICS },
  { plural: 'deployments.apps', label: 'deployment', metrics: DEPLOYMENT_METRICS },
  { plural: 'replicasets.apps', label: 'replicaset', metrics: REPLICA_SET_METRICS },
  { plural: 'statefulsets.apps', label: 'statefulset', metrics: STATEFUL_SET_METRICS },
  { plural: 'daemonsets.apps', label: 'daemonset', metrics: DAEMON_SET_METRICS },
  { plural: 'jobs.batch', label: 'job_name', metrics: JOB_METRICS },
  { plural: 'cronjobs.batch', label: 'cronjob', metrics: CRON_JOB_METRICS },
  { plural: 'horizontalpodautoscalers.autoscaling', label: 'horizontalpodautoscaler', metrics: AUTOSCALER_METRICS },
  { plural: 'poddisruptionbudgets.policy', label: 'poddisruptionbudget', metrics: DISRUPTION_METRICS },
  { plural: 'persistentvolumeclaims', label: 'persistentvolumeclaim', metrics: CLAIM_METRICS },
  { plural: 'persistentvolumes', label: 'persistentvolume', metrics: VOLUME_METRICS },
  { plural: 'services', label: 'service', metrics: SERVICE_METRICS },
  { plural: 'endpointslices.discovery.k8s.io', label: 'endpointslice', metrics: SLICE_METRICS },
  { plural: 'resourcequotas', label: 'resourcequota', metrics: QUOTA_METRICS },
]

type Told = { readonly changedAt: number; readonly families: readonly Family[] }

/** By store and kind: what is told stays the same until an object of the kind changes. */
const told = new WeakMap<Store, Map<string, Told>>()

export function stateMetrics({ store }: Server): Family[] {
  const known = told.get(store) ?? new Map<string, Told>()
  told.set(store, known)
  return KINDS.flatMap(({ plural, label, metrics }) => {
    const type = builtIn(plural)
    const changedAt = store.changedAt(type)
    const last = known.get(plural)
    if (last?.changedAt === changedAt) return last.families
    const families = stateFamilies(store.list(type), metrics as readonly StateMetric<KubeObject>[], identity(label))
    known.set(plural, { changedAt, families })
    return families
  })
}

/** Pods are also known by their uid. */
function identity(label: string): (object: KubeObject) => Labels {
  return ({ metadata }) => ({
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    [label]: metadata.name,
    ...(label === 'pod' && { uid: metadata.uid ?? '' }),
  })
}
