/** The rules of every kind that has any, by storage name. */
import * as apps from './apps.ts'
import { horizontalPodAutoscalers } from './autoscaling.ts'
import * as batch from './batch.ts'
import * as cluster from './cluster.ts'
import { persistentVolumeClaims, persistentVolumes } from './core/claims.ts'
import * as core from './core/cluster.ts'
import { configMaps, secrets } from './core/config.ts'
import { limitRanges, resourceQuotas } from './core/limits.ts'
import { pods } from './core/pods.ts'
import { services } from './core/services.ts'
import * as networking from './networking.ts'
import * as rbac from './rbac.ts'
import type { Rules } from './rules.ts'

export const RULES: Readonly<Record<string, Rules>> = {
  configmaps: configMaps,
  endpoints: core.endpoints,
  events: core.events,
  limitranges: limitRanges,
  nodes: core.nodes,
  persistentvolumeclaims: persistentVolumeClaims,
  persistentvolumes: persistentVolumes,
  pods,
  podtemplates: core.podTemplates,
  replicationcontrollers: core.replicationControllers,
  resourcequotas: resourceQuotas,
  secrets,
  services,
  'certificatesigningrequests.certificates.k8s.io': cluster.signingRequests,
  'clusterrolebindings.rbac.authorization.k8s.io': rbac.clusterRoleBindings,
  'clusterroles.rbac.authorization.k8s.io': rbac.clusterRoles,
  'cronjobs.batch': batch.cronJobs,
  'daemonsets.apps': apps.daemonSets,
  'deployments.apps': apps.deployments,
  'endpointslices.discovery.k8s.io': cluster.endpointSlices,
  'horizontalpodautoscalers.autoscaling': horizontalPodAutoscalers,
  'ingressclasses.networking.k8s.io': networking.ingressClasses,
  'ingresses.networking.k8s.io': networking.ingresses,
  'jobs.batch': batch.jobs,
  'leases.coordination.k8s.io': cluster.leases,
  'networkpolicies.networking.k8s.io': networking.networkPolicies,
  'poddisruptionbudgets.policy': cluster.podDisruptionBudgets,
  'priorityclasses.scheduling.k8s.io': cluster.priorityClasses,
  'replicasets.apps': apps.replicaSets,
  'rolebindings.rbac.authorization.k8s.io': rbac.roleBindings,
  'roles.rbac.authorization.k8s.io': rbac.roles,
  'runtimeclasses.node.k8s.io': cluster.runtimeClasses,
  'statefulsets.apps': apps.statefulSets,
  'storageclasses.storage.k8s.io': cluster.storageClasses,
}
