/**
 * The columns kubectl shows for each kind, as data, by the shelf its objects stand on; a kind without a row here shows its name and age.
 * Source: kubernetes/pkg/printers/internalversion/printers.go of 1.36.
 */
import { age } from '../api/age.ts'
import { at, type KubeObject } from '../api/meta.ts'
import type { Node, Pod } from '../api/types.ts'
import { podCells } from './pod-status.ts'
import { shiftTime } from './shown-time.ts'
import type { Cell, Column, Seen } from './table.ts'

const NONE = '<none>'
const NAME: Column = { name: 'Name', format: 'name', cell: ({ metadata }) => metadata.name }
const AGE: Column = { name: 'Age', cell: ({ metadata }, { nowMs }) => age(metadata.creationTimestamp, nowMs) }
const CREATED_AT: Column = {
  name: 'Created At',
  cell: ({ metadata }, { shownOffsetMs }) => shiftTime(metadata.creationTimestamp ?? '', shownOffsetMs),
}

export const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  namespaces: [NAME, field('Status', 'status.phase'), AGE],
  nodes: [
    NAME,
    node('Status', nodeStatus),
    node('Roles', nodeRoles),
    AGE,
    field('Version', 'status.nodeInfo.kubeletVersion'),
    wide(node('Internal-IP', (it) => address(it, 'InternalIP'))),
    wide(node('External-IP', (it) => address(it, 'ExternalIP'))),
    wide(field('OS-Image', 'status.nodeInfo.osImage', '<unknown>')),
    wide(node('Kernel-Version', kernel)),
    wide(field('Container-Runtime', 'status.nodeInfo.containerRuntimeVersion', '<unknown>')),
  ],
  pods: [
    NAME,
    pod('Ready', (it, { nowMs }) => podCells(it, nowMs).ready),
    pod('Status', (it, { nowMs }) => podCells(it, nowMs).status),
    pod('Restarts', (it, { nowMs }) => podCells(it, nowMs).restarts),
    AGE,
    wide(pod('IP', ({ status }) => status.podIP || status.podIPs?.[0]?.ip || NONE)),
    wide(pod('Node', ({ spec }) => spec.nodeName || NONE)),
    wide(pod('Nominated Node', ({ status }) => status.nominatedNodeName || NONE)),
    wide(pod('Readiness Gates', readinessGates)),
  ],
  events: [
    { name: 'Last Seen', cell: (event, { nowMs }) => age(lastSeen(event), nowMs) },
    field('Type', 'type', ''),
    field('Reason', 'reason', ''),
    { name: 'Object', cell: involved },
    wide(field('Subobject', 'involvedObject.fieldPath', '')),
    wide({ name: 'Source', cell: eventSource }),
    { name: 'Message', cell: (event) => text(event, 'message').trim() },
    wide({ name: 'First Seen', cell: (event, { nowMs }) => age(firstSeen(event), nowMs) }),
    wide({
      name: 'Count',
      type: 'integer',
      cell: (event) => number(event, 'series.count') || number(event, 'count') || 1,
    }),
    wide({ ...NAME, cell: ({ metadata }) => metadata.name }),
  ],
  configmaps: [NAME, count('Data', 'data', 'binaryData'), AGE],
  secrets: [NAME, field('Type', 'type'), count('Data', 'data'), AGE],
  serviceaccounts: [NAME, count('Secrets', 'secrets'), AGE],
  services: [
    NAME,
    field('Type', 'spec.type'),
    field('Cluster-IP', 'spec.clusterIP'),
    { name: 'External-IP', cell: (service) => list(service, 'spec.externalIPs').join(',') || NONE },
    { name: 'Port(s)', cell: servicePorts },
    AGE,
    wide({ name: 'Selector', cell: (service) => pairs(at(service, 'spec.selector')) }),
  ],
  'leases.coordination.k8s.io': [NAME, field('Holder', 'spec.holderIdentity', ''), AGE],
  'roles.rbac.authorization.k8s.io': [NAME, CREATED_AT],
  'clusterroles.rbac.authorization.k8s.io': [NAME, CREATED_AT],
  'rolebindings.rbac.authorization.k8s.io': binding(),
  'clusterrolebindings.rbac.authorization.k8s.io': binding(),
}

function field(name: string, path: string, absent: string = NONE): Column {
  return { name, cell: (object) => text(object, path) || absent }
}

function count(name: string, ...paths: string[]): Column {
  return { name, type: 'string', cell: (object) => paths.reduce((sum, path) => sum + size(at(object, path)), 0) }
}

function wide(column: Column): Column {
  return { ...column, wide: true }
}

function node(name: string, cell: (node: Node) => Cell): Column {
  return { name, cell: (object) => cell(object as Node) }
}

function pod(name: string, cell: (pod: Pod, seen: Seen) => Cell): Column {
  return { name, cell: (object, seen) => cell(object as Pod, seen) }
}

function nodeStatus({ status, spec }: Node): string {
  const ready = (status.conditions ?? []).find(({ type }) => type === 'Ready')
  const words = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown']
  if (spec.unschedulable) words.push('SchedulingDisabled')
  return words.join(',')
}

const ROLE_LABEL = 'node-role.kubernetes.io/'

function nodeRoles({ metadata }: Node): string {
  const labels = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(ROLE_LABEL))
  return (
    labels
      .map((label) => label.slice(ROLE_LABEL.length))
      .sort()
      .join(',') || NONE
  )
}

function address({ status }: Node, type: string): string {
  return (status.addresses ?? []).find((it) => it.type === type)?.address ?? NONE
}

function kernel({ status }: Node): string {
  const { kernelVersion, architecture } = status.nodeInfo ?? {}
  return kernelVersion ? `${kernelVersion} (${architecture})` : '<unknown>'
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? []
  if (gates.length === 0) return NONE
  const met = gates.filter((gate) =>
    status.conditions?.some((it) => it.type === gate.conditionType && it.status === 'True'),
  )
  return `${met.length}/${gates.length}`
}

function firstSeen(event: KubeObject): string {
  return text(event, 'firstTimestamp') || text(event, 'eventTime')
}

function lastSeen(event: KubeObject): string {
  return text(event, 'series.lastObservedTime') || text(event, 'lastTimestamp') || firstSeen(event)
}

function involved(event: KubeObject): string {
  const kind = text(event, 'involvedObject.kind').toLowerCase()
  const name = text(event, 'involvedObject.name')
  return name ? `${kind}/${name}` : kind
}

function eventSource(event: KubeObject): string {
  const component = text(event, 'source.component') || text(event, 'reportingComponent')
  const host = text(event, 'source.host') || text(event, 'reportingInstance')
  return host ? `${component}, ${host}` : component
}

function servicePorts(service: KubeObject): string {
  const ports = list(service, 'spec.ports').map((port) => {
    const nodePort = number(port, 'nodePort')
    return `${number(port, 'port')}${nodePort ? `:${nodePort}` : ''}/${text(port, 'protocol')}`
  })
  return ports.join(',') || NONE
}

function binding(): Column[] {
  const of = (kind: string) => (object: KubeObject) =>
    list(object, 'subjects')
      .filter((subject) => text(subject, 'kind') === kind)
      .map((subject) => [text(subject, 'namespace'), text(subject, 'name')].filter(Boolean).join('/'))
      .join(', ')
  return [
    NAME,
    { name: 'Role', cell: (object) => `${text(object, 'roleRef.kind')}/${text(object, 'roleRef.name')}` },
    AGE,
    wide({ name: 'Users', cell: of('User') }),
    wide({ name: 'Groups', cell: of('Group') }),
    wide({ name: 'ServiceAccounts', cell: of('ServiceAccount') }),
  ]
}

function pairs(map: unknown): string {
  const entries = Object.entries((map as Record<string, string> | undefined) ?? {}).sort()
  return entries.map(([key, value]) => `${key}=${value}`).join(',') || NONE
}

function text(value: unknown, path: string): string {
  const found = at(value, path)
  return typeof found === 'string' ? found : ''
}

function number(value: unknown, path: string): number {
  const found = at(value, path)
  return typeof found === 'number' ? found : 0
}

function list(value: unknown, path: string): unknown[] {
  const found = at(value, path)
  return Array.isArray(found) ? found : []
}

function size(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}
