/**
 * Which kind is described how: a row each. Source: kubectl/pkg/describe/describe.go (describerMap).
 */
import type { Client } from '../client.ts'
import { pathOf, type Resource } from '../discovery.ts'
import { isNotFound } from '../errors.ts'
import { pages } from '../selection.ts'
import type { Wire } from '../wire.ts'
import {
  describeConfigMap,
  describeLimitRange,
  describeNamespace,
  describeQuota,
  describeSecret,
  describeServiceAccount,
} from './config.ts'
import { Description } from './description.ts'
import { describeEvents, eventsOf } from './events.ts'
import { describeGeneric } from './generic.ts'
import {
  describeEndpoints,
  describeEndpointSlice,
  describeIngress,
  describeIngressClass,
  describeNetworkPolicy,
  describeService,
} from './network.ts'
import { describeNode, nodeEvents } from './node.ts'
import { describePod, podEvents } from './pod.ts'
import { describeAutoscaler, describeBudget, describePriorityClass } from './policy.ts'
import { describeBinding, describeRole } from './rbac.ts'
import { describeClaim, describePersistentVolume, describeStorageClass } from './storage.ts'
import {
  describeCronJob,
  describeDaemonSet,
  describeDeployment,
  describeJob,
  describeReplicaSet,
  describeStatefulSet,
} from './workloads.ts'

type Typed = { readonly group: string; readonly version: string; readonly plural: string; readonly namespaced: boolean }
type Where = { readonly namespace?: string; readonly labels?: string; readonly fields?: string }

/** What a description may ask the server for. */
export type Describing = {
  get(resource: Typed, namespace: string, name: string): Promise<Wire>
  list(group: string, version: string, plural: string, where: Where): Promise<Wire[]>
  /** The same; undefined where the server does not have the resource. */
  listKnown(group: string, version: string, plural: string, where: Where): Promise<Wire[] | undefined>
}

type Describer = {
  describe(text: Description, object: Wire, describing: Describing): void | Promise<void>
  /** Absent: found by kind, name and uid. `false`: not shown. */
  readonly events?: ((describing: Describing, object: Wire) => Promise<Wire[]>) | false
}

const DESCRIBERS: Record<string, Describer> = {
  Pod: { describe: describePod, events: podEvents },
  Node: { describe: describeNode, events: nodeEvents },
  Service: { describe: describeService },
  Endpoints: { describe: describeEndpoints },
  ConfigMap: { describe: describeConfigMap },
  Secret: { describe: describeSecret, events: false },
  ServiceAccount: { describe: describeServiceAccount },
  Namespace: { describe: describeNamespace, events: false },
  ResourceQuota: { describe: describeQuota, events: false },
  LimitRange: { describe: describeLimitRange, events: false },
  PersistentVolume: { describe: describePersistentVolume },
  PersistentVolumeClaim: { describe: describeClaim },
  ReplicationController: { describe: describeReplicaSet },
  'Deployment.apps': { describe: describeDeployment },
  'ReplicaSet.apps': { describe: describeReplicaSet },
  'StatefulSet.apps': { describe: describeStatefulSet },
  'DaemonSet.apps': { describe: describeDaemonSet },
  'Job.batch': { describe: describeJob },
  'CronJob.batch': { describe: describeCronJob },
  'HorizontalPodAutoscaler.autoscaling': { describe: describeAutoscaler },
  'PodDisruptionBudget.policy': { describe: describeBudget },
  'PriorityClass.scheduling.k8s.io': { describe: describePriorityClass },
  'StorageClass.storage.k8s.io': { describe: describeStorageClass },
  'EndpointSlice.discovery.k8s.io': { describe: describeEndpointSlice },
  'Ingress.networking.k8s.io': { describe: describeIngress },
  'IngressClass.networking.k8s.io': { describe: describeIngressClass },
  'NetworkPolicy.networking.k8s.io': { describe: describeNetworkPolicy, events: false },
  'Role.rbac.authorization.k8s.io': { describe: describeRole, events: false },
  'ClusterRole.rbac.authorization.k8s.io': { describe: describeRole, events: false },
  'RoleBinding.rbac.authorization.k8s.io': { describe: describeBinding, events: false },
  'ClusterRoleBinding.rbac.authorization.k8s.io': { describe: describeBinding, events: false },
}

const GENERIC: Describer = { describe: describeGeneric }

type Options = { readonly nowMs: number; readonly showEvents: boolean; readonly chunkSize: number }

export async function describe(
  client: Client,
  resource: Resource,
  named: { namespace: string; name: string },
  options: Options,
): Promise<string> {
  const { group, kind } = resource
  const describer = DESCRIBERS[group === '' ? kind : `${kind}.${group}`] ?? GENERIC
  const describing = asking(client, options)
  const object = await describing.get(resource, named.namespace, named.name)
  const text = new Description(options.nowMs)
  await describer.describe(text, { ...object, kind }, describing)
  if (options.showEvents && describer.events !== false) {
    const find = describer.events ?? ((_: Describing, it: Wire) => eventsOf(describing, { ...it.metadata, kind }))
    describeEvents(text, await find(describing, object))
  }
  return text.toString()
}

function asking(client: Client, { chunkSize }: Options): Describing {
  const listKnown: Describing['listKnown'] = async (
    group,
    version,
    plural,
    { namespace = '', labels = '', fields = '' },
  ) => {
    const resource = { group, version, plural, namespaced: true } as Resource
    const found: Wire[] = []
    try {
      for await (const page of pages(client, { resource, namespace }, { labels, fields }, { chunkSize }))
        found.push(...page.items)
    } catch (fault) {
      if (isNotFound(fault)) return undefined
      throw fault
    }
    return found
  }
  return {
    get: (resource, namespace, name) => client.json('GET', pathOf(resource, { namespace, name })),
    listKnown,
    list: async (...asked) => (await listKnown(...asked)) ?? [],
  }
}
