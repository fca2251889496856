/** The columns of what a cluster stands on: nodes, namespaces, events, configuration, quotas, classes of priority. */
import { age } from '../../api/age.ts'
import { at, type KubeObject } from '../../api/meta.ts'
import type { Node } from '../../api/types.ts'
import { AGE, amount, column, count, field, flag, list, NAME, NONE, number, text, UNSET, wide } from './cells.ts'
import type { Cell, Column } from './table.ts'

export const CLUSTER: Readonly<Record<string, readonly Column[]>> = {
  namespaces: [NAME, field('Status', 'status.phase', ''), AGE],
  nodes: [
    NAME,
    node('Status', nodeStatus),
    node('Roles', nodeRoles),
    AGE,
    field('Version', 'status.nodeInfo.kubeletVersion', ''),
    wide(node('Internal-IP', (it) => address(it, 'InternalIP'))),
    wide(node('External-IP', (it) => address(it, 'ExternalIP'))),
    wide(field('OS-Image', 'status.nodeInfo.osImage', '<unknown>')),
    wide(node('Kernel-Version', kernel)),
    wide(field('Container-Runtime', 'status.nodeInfo.containerRuntimeVersion', '<unknown>')),
  ],
  events: [
    column('Last Seen', (event, { nowMs }) => age(lastSeen(event), nowMs)),
    field('Type', 'type', ''),
    field('Reason', 'reason', ''),
    column('Object', involved),
    wide(field('Subobject', 'involvedObject.fieldPath', '')),
    wide(column('Source', eventSource)),
    column('Message', (event) => text(event, 'message').trim()),
    wide(column('First Seen', (event, { nowMs }) => age(firstSeen(event), nowMs))),
    wide({
      name: 'Count',
      type: 'integer',
      cell: (event) => number(event, 'series.count') || number(event, 'count') || 1,
    }),
    wide(NAME),
  ],
  configmaps: [NAME, { ...count('Data', 'data', 'binaryData'), type: 'string' }, AGE],
  secrets: [NAME, field('Type', 'type', ''), { ...count('Data', 'data'), type: 'string' }, AGE],
  componentstatuses: [
    NAME,
    column('Status', (it) => healthy(it)),
    column('Message', (it) => text(healthCondition(it), 'message')),
    column('Error', (it) => text(healthCondition(it), 'error')),
  ],
  resourcequotas: [NAME, column('Request', (it) => quota(it, false)), column('Limit', (it) => quota(it, true)), AGE],
  leases: [NAME, field('Holder', 'spec.holderIdentity', ''), AGE],
  priorityclasses: [
    NAME,
    amount('Value', 'value'),
    flag('Global-Default', 'globalDefault'),
    AGE,
    field('PreemptionPolicy', 'preemptionPolicy', ''),
  ],
  runtimeclasses: [NAME, field('Handler', 'handler', ''), AGE],
  apiservices: [NAME, column('Service', backend), column('Available', available), AGE],
  mutatingwebhookconfigurations: [NAME, count('Webhooks', 'webhooks'), AGE],
  validatingwebhookconfigurations: [NAME, count('Webhooks', 'webhooks'), AGE],
  validatingadmissionpolicies: [NAME, count('Validations', 'spec.validations'), column('ParamKind', paramKind), AGE],
  mutatingadmissionpolicies: [NAME, count('Mutations', 'spec.mutations'), column('ParamKind', paramKind), AGE],
  validatingadmissionpolicybindings: [
    NAME,
    field('PolicyName', 'spec.policyName', ''),
    column('ParamRef', paramRef),
    AGE,
  ],
  mutatingadmissionpolicybindings: [
    NAME,
    field('PolicyName', 'spec.policyName', ''),
    column('ParamRef', paramRef),
    AGE,
  ],
  flowschemas: [
    NAME,
    field('PriorityLevel', 'spec.priorityLevelConfiguration.name', ''),
    { ...amount('MatchingPrecedence', 'spec.matchingPrecedence'), type: 'string' },
    field('DistinguisherMethod', 'spec.distinguisherMethod.type'),
    AGE,
    column('MissingPL', (it) => text(conditionOf(it, 'Dangling'), 'status') || '?'),
  ],
  prioritylevelconfigurations: [
    NAME,
    field('Type', 'spec.type', ''),
    numberOrNone('NominalConcurrencyShares', 'spec.limited.nominalConcurrencyShares'),
    numberOrNone('Queues', 'spec.limited.limitResponse.queuing.queues'),
    numberOrNone('HandSize', 'spec.limited.limitResponse.queuing.handSize'),
    numberOrNone('QueueLengthLimit', 'spec.limited.limitResponse.queuing.queueLengthLimit'),
    AGE,
  ],
  deviceclasses: [NAME, AGE],
  resourceclaims: [NAME, column('State', claimState), AGE],
  resourceclaimtemplates: [NAME, AGE],
  resourceslices: [
    NAME,
    field('Node', 'spec.nodeName', ''),
    field('Driver', 'spec.driver', ''),
    field('Pool', 'spec.pool.name', ''),
    AGE,
  ],
}

function node(name: string, cell: (node: Node) => Cell): Column {
  return { name, cell: (object) => cell(object as Node) }
}

function nodeStatus({ status, spec }: Node): string {
  const ready = (status.conditions ?? []).find(({ type }) => type === 'Ready')
  const words = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown']
  if (spec.unschedulable) words.push('SchedulingDisabled')
  return words.join(',')
}

const ROLE_LABEL = 'node-role.kubernetes.io/'

function nodeRoles({ metadata }: Node): string {
  const roles = Object.entries(metadata.labels ?? {}).map(([key, value]) => {
    if (key === 'kubernetes.io/role') return value
    return key.startsWith(ROLE_LABEL) ? key.slice(ROLE_LABEL.length) : ''
  })
  return [...new Set(roles.filter(Boolean))].sort().join(',') || NONE
}

function address({ status }: Node, type: string): string {
  return (status.addresses ?? []).find((it) => it.type === type)?.address ?? NONE
}

function kernel({ status }: Node): string {
  const { kernelVersion, architecture } = status.nodeInfo ?? {}
  return kernelVersion ? `${kernelVersion} (${architecture})` : '<unknown>'
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

function healthCondition(component: KubeObject): unknown {
  return list(component, 'conditions').find((it) => text(it, 'type') === 'Healthy')
}

function healthy(component: KubeObject): string {
  const status = text(healthCondition(component), 'status')
  return status === 'True' ? 'Healthy' : status === '' ? 'Unknown' : 'Unhealthy'
}

/** Limits in one column, everything else that is counted in the other. */
function quota(object: KubeObject, limits: boolean): string {
  const hard = Object.entries((at(object, 'status.hard') ?? {}) as Record<string, string>)
  const used = (at(object, 'status.used') ?? {}) as Record<string, string>
  const shown = hard.filter(([name]) => name.startsWith('limits.') === limits).sort(([a], [b]) => (a < b ? -1 : 1))
  return shown.map(([name, value]) => `${name}: ${used[name] ?? '0'}/${value}`).join(', ')
}

function backend(service: KubeObject): string {
  const namespace = text(service, 'spec.service.namespace')
  return namespace ? `${namespace}/${text(service, 'spec.service.name')}` : 'Local'
}

function available(service: KubeObject): string {
  const condition = conditionOf(service, 'Available')
  const status = text(condition, 'status') || 'Unknown'
  return status === 'True' ? status : `${status} (${text(condition, 'reason')})`
}

function conditionOf(object: KubeObject, type: string): unknown {
  return list(object, 'status.conditions').find((it) => text(it, 'type') === type)
}

function paramKind(policy: KubeObject): string {
  if (at(policy, 'spec.paramKind') === undefined) return UNSET
  return `${text(policy, 'spec.paramKind.apiVersion')}/${text(policy, 'spec.paramKind.kind')}`
}

function paramRef(binding: KubeObject): string {
  const name = text(binding, 'spec.paramRef.name')
  return name ? `${text(binding, 'spec.paramRef.namespace') || '*'}/${name}` : UNSET
}

function numberOrNone(name: string, path: string): Column {
  return { name, cell: (object) => (at(object, path) as number | undefined) ?? NONE }
}

function claimState(claim: KubeObject): string {
  const deleted = claim.metadata.deletionTimestamp ? ['deleted'] : []
  if (at(claim, 'status.allocation') === undefined)
    return [...deleted, ...(deleted.length > 0 ? [] : ['pending'])].join(',')
  const reserved = list(claim, 'status.reservedFor').length > 0 ? ['reserved'] : []
  return [...deleted, 'allocated', ...reserved].join(',')
}
