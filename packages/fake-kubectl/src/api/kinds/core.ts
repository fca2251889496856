/**
 * The core group, `/api/v1`.
 * Source: api/discovery/api__v1.json; field labels from pkg/apis/core/v1/conversion.go.
 */
import { ALL_VERBS, rowsOf, SCALE, STATUS, type ResourceType, type Subresource } from './row.ts'

const row = rowsOf('', 'v1')

const CONNECT = ['create', 'get']
const PROXY = ['create', 'delete', 'get', 'patch', 'update']

const POD_PARTS: readonly Subresource[] = [
  { name: 'attach', kind: 'PodAttachOptions', verbs: CONNECT },
  { name: 'binding', kind: 'Binding', verbs: ['create'] },
  { name: 'ephemeralcontainers', verbs: ['get', 'patch', 'update'] },
  { name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  { name: 'exec', kind: 'PodExecOptions', verbs: CONNECT },
  { name: 'log', verbs: ['get'] },
  { name: 'portforward', kind: 'PodPortForwardOptions', verbs: CONNECT },
  { name: 'proxy', kind: 'PodProxyOptions', verbs: PROXY },
  { name: 'resize', verbs: ['get', 'patch', 'update'] },
  STATUS,
]

const POD_FIELDS = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'spec.hostNetwork',
  'status.phase',
  'status.podIP',
  'status.podIPs',
  'status.nominatedNodeName',
]

const EVENT_FIELDS = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'source',
  'type',
]

export const CORE: readonly ResourceType[] = [
  row('bindings', 'Binding', { verbs: ['create'] }),
  row('componentstatuses', 'ComponentStatus', {
    namespaced: false,
    shortNames: ['cs'],
    verbs: ['get', 'list'],
    computed: true,
    deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  }),
  row('configmaps', 'ConfigMap', { shortNames: ['cm'] }),
  row('endpoints', 'Endpoints', {
    shortNames: ['ep'],
    deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  }),
  row('events', 'Event', {
    shortNames: ['ev'],
    fieldLabels: EVENT_FIELDS,
    fieldPaths: { source: 'source.component' },
  }),
  row('limitranges', 'LimitRange', { shortNames: ['limits'] }),
  row('namespaces', 'Namespace', {
    namespaced: false,
    shortNames: ['ns'],
    nameRule: 'label',
    verbs: ALL_VERBS.filter((verb) => verb !== 'deletecollection'),
    subresources: [{ name: 'finalize', verbs: ['update'] }, STATUS],
    fieldLabels: ['status.phase'],
    returnsDeleted: true,
  }),
  row('nodes', 'Node', {
    namespaced: false,
    shortNames: ['no'],
    subresources: [{ name: 'proxy', verbs: PROXY, kind: 'NodeProxyOptions' }, STATUS],
    fieldLabels: ['spec.unschedulable'],
  }),
  row('persistentvolumeclaims', 'PersistentVolumeClaim', {
    shortNames: ['pvc'],
    subresources: [STATUS],
    protection: 'kubernetes.io/pvc-protection',
    returnsDeleted: true,
  }),
  row('persistentvolumes', 'PersistentVolume', {
    namespaced: false,
    shortNames: ['pv'],
    subresources: [STATUS],
    protection: 'kubernetes.io/pv-protection',
    returnsDeleted: true,
  }),
  row('pods', 'Pod', {
    shortNames: ['po'],
    categories: ['all'],
    subresources: POD_PARTS,
    fieldLabels: POD_FIELDS,
    generation: true,
    returnsDeleted: true,
  }),
  row('podtemplates', 'PodTemplate', { generation: true, returnsDeleted: true }),
  row('replicationcontrollers', 'ReplicationController', {
    shortNames: ['rc'],
    categories: ['all'],
    subresources: [SCALE, STATUS],
    scale: { specReplicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'spec.selector' },
    fieldLabels: ['status.replicas'],
    generation: true,
    orphansDependents: true,
  }),
  row('resourcequotas', 'ResourceQuota', { shortNames: ['quota'], subresources: [STATUS], returnsDeleted: true }),
  row('secrets', 'Secret', { fieldLabels: ['type'] }),
  row('serviceaccounts', 'ServiceAccount', {
    shortNames: ['sa'],
    returnsDeleted: true,
    subresources: [
      { name: 'token', group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] },
    ],
  }),
  row('services', 'Service', {
    shortNames: ['svc'],
    categories: ['all'],
    nameRule: 'label',
    subresources: [{ name: 'proxy', kind: 'ServiceProxyOptions', verbs: PROXY }, STATUS],
    fieldLabels: ['spec.clusterIP', 'spec.type'],
    returnsDeleted: true,
  }),
]
