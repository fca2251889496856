/**
 * What the cluster runs on: events, leases, run times, priorities, devices, the API server's own fairness.
 * Source: api/discovery/apis__{events,coordination,node,scheduling,resource,flowcontrol.apiserver}.k8s.io.
 */
import { rowsOf, STATUS, type ResourceType } from './row.ts'

const cluster = { namespaced: false }
const flowcontrol = rowsOf('flowcontrol.apiserver.k8s.io', 'v1', {
  ...cluster,
  generation: true,
  nameRule: 'path-segment',
  subresources: [STATUS],
})
const device = rowsOf('resource.k8s.io', 'v1')
const REGARDING = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

/** The core group's events under newer names of their fields. */
export const EVENTS: readonly ResourceType[] = [
  rowsOf('events.k8s.io', 'v1')('events', 'Event', {
    shortNames: ['ev'],
    storage: 'events',
    fieldLabels: [...REGARDING.map((field) => `regarding.${field}`), 'reason', 'reportingController', 'type'],
    fieldPaths: {
      ...Object.fromEntries(REGARDING.map((field) => [`regarding.${field}`, `involvedObject.${field}`])),
      reportingController: 'reportingComponent',
    },
  }),
]

export const COORDINATION: readonly ResourceType[] = [
  rowsOf('coordination.k8s.io', 'v1')('leases', 'Lease', { conditionalUpdates: true }),
]

export const NODE: readonly ResourceType[] = [
  rowsOf('node.k8s.io', 'v1', cluster)('runtimeclasses', 'RuntimeClass', { conditionalUpdates: true }),
]

export const SCHEDULING: readonly ResourceType[] = [
  rowsOf('scheduling.k8s.io', 'v1', cluster)('priorityclasses', 'PriorityClass', {
    shortNames: ['pc'],
    generation: true,
  }),
]

export const RESOURCE: readonly ResourceType[] = [
  device('deviceclasses', 'DeviceClass', { ...cluster, generation: true }),
  device('resourceclaims', 'ResourceClaim', { subresources: [STATUS] }),
  device('resourceclaimtemplates', 'ResourceClaimTemplate'),
  device('resourceslices', 'ResourceSlice', {
    ...cluster,
    generation: true,
    fieldLabels: ['spec.nodeName', 'spec.driver'],
  }),
]

export const FLOWCONTROL: readonly ResourceType[] = [
  flowcontrol('flowschemas', 'FlowSchema'),
  flowcontrol('prioritylevelconfigurations', 'PriorityLevelConfiguration'),
]
