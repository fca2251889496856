/**
 * Pods and the templates of pods. Source: kubectl/pkg/describe/describe.go (describePod, DescribePodTemplate).
 */
import { byBytes, type Wire } from '../wire.ts'
import { describeContainers, describeResources } from './containers.ts'
import type { Describing } from './describers.ts'
import { rfc1123, type Description } from './description.ts'
import { eventsOf } from './events.ts'
import { describeSpread, describeVolumes } from './volumes.ts'

const MIRROR = 'kubernetes.io/config.mirror'

export function describePod(text: Description, pod: Wire): void {
  const { metadata, spec, status = {} } = pod
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Namespace:', metadata.namespace)
  describePlace(text, spec, status)
  text.labels('Labels', metadata.labels)
  text.annotations('Annotations', metadata.annotations)
  describePhase(text, pod)
  text.line(0, 'IP:', status.podIP)
  if ((status.podIPs ?? []).length === 0) text.line(0, 'IPs:', '<none>')
  else text.line(0, 'IPs:')
  for (const { ip } of status.podIPs ?? []) text.line(1, 'IP:', ip)
  text.controller(pod)
  if (status.nominatedNodeName) text.line(0, 'NominatedNodeName:', status.nominatedNodeName)
  if (spec.resources) {
    text.line(0, 'Resources:')
    describeResources(text, spec.resources, 1)
  }
  describeAllContainers(text, pod)
  describeConditions(text, spec, status)
  describeVolumes(text, spec.volumes)
  text.line(0, 'QoS Class:', status.qosClass)
  text.labels('Node-Selectors', spec.nodeSelector)
  describeTolerations(text, 'Tolerations', spec.tolerations)
  describeSpread(text, spec.topologySpreadConstraints)
}

/** A pod's events are found by its uid; a mirror pod's by that of the file it mirrors. */
export function podEvents(describing: Describing, { metadata }: Wire): Promise<Wire[]> {
  const { name, namespace, uid, annotations } = metadata
  return eventsOf(describing, { name, namespace, uid: annotations?.[MIRROR] ?? uid })
}

function describePlace(text: Description, spec: Wire, status: Wire): void {
  if (spec.priority !== undefined) text.line(0, 'Priority:', spec.priority)
  if (spec.priorityClassName) text.line(0, 'Priority Class Name:', spec.priorityClassName)
  if (spec.runtimeClassName) text.line(0, 'Runtime Class Name:', spec.runtimeClassName)
  if (spec.serviceAccountName) text.line(0, 'Service Account:', spec.serviceAccountName)
  text.line(0, 'Node:', spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>')
  if (status.startTime) text.line(0, 'Start Time:', rfc1123(status.startTime))
}

function describePhase(text: Description, { metadata, spec, status = {} }: Wire): void {
  const over = ['Failed', 'Succeeded'].includes(status.phase)
  if (metadata.deletionTimestamp && !over) {
    text.line(0, 'Status:', `Terminating (lasts ${text.age(metadata.deletionTimestamp)})`)
    text.line(0, 'Termination Grace Period:', `${metadata.deletionGracePeriodSeconds}s`)
  } else text.line(0, 'Status:', status.phase)
  if (status.reason) text.line(0, 'Reason:', status.reason)
  if (status.message) text.line(0, 'Message:', status.message)
  const profile = spec.securityContext?.seccompProfile
  if (!profile) return
  text.line(0, 'SeccompProfile:', profile.type)
  if (profile.type === 'Localhost') text.line(0, 'LocalhostProfile:', profile.localhostProfile)
}

function describeAllContainers(text: Description, pod: Wire): void {
  const { spec, status = {} } = pod
  const init = spec.initContainers ?? []
  const ephemeral = spec.ephemeralContainers ?? []
  if (init.length > 0)
    describeContainers(text, 'Init Containers', init, { statuses: status.initContainerStatuses ?? [], pod })
  describeContainers(text, 'Containers', spec.containers ?? [], { statuses: status.containerStatuses ?? [], pod })
  if (ephemeral.length === 0) return
  describeContainers(text, 'Ephemeral Containers', ephemeral, {
    statuses: status.ephemeralContainerStatuses ?? [],
    pod,
  })
}

function describeConditions(text: Description, { readinessGates = [] }: Wire, { conditions = [] }: Wire): void {
  if (readinessGates.length > 0) {
    text.put('Readiness Gates:\n  Type\tStatus\n')
    for (const { conditionType } of readinessGates) {
      const found = conditions.find(({ type }: Wire) => type === conditionType)
      text.put(`${conditionType} \t${found?.status ?? '<none>'} \n`, 1)
    }
  }
  if (conditions.length === 0) return
  text.put('Conditions:\n  Type\tStatus\n')
  for (const { type, status } of conditions) text.put(`${type} \t${status} \n`, 1)
}

export function describeTemplate(text: Description, template: Wire): void {
  text.line(0, 'Pod Template:')
  if (!template) return text.put('<unset>', 1)
  const { metadata = {}, spec } = template
  text.labels('  Labels', metadata.labels)
  if (Object.keys(metadata.annotations ?? {}).length > 0) text.annotations('  Annotations', metadata.annotations)
  if (spec.serviceAccountName) text.line(1, 'Service Account:', spec.serviceAccountName)
  const init = spec.initContainers ?? []
  if (init.length > 0) describeContainers(text, 'Init Containers', init, { indent: '  ' })
  describeContainers(text, 'Containers', spec.containers ?? [], { indent: '  ' })
  describeVolumes(text, spec.volumes, '  ')
  describeSpread(text, spec.topologySpreadConstraints, '  ')
  if (spec.priorityClassName) text.line(1, 'Priority Class Name:', spec.priorityClassName)
  text.labels('  Node-Selectors', spec.nodeSelector)
  describeTolerations(text, '  Tolerations', spec.tolerations)
}

function describeTolerations(text: Description, title: string, tolerations: readonly Wire[] = []): void {
  text.list(title, tolerations.toSorted((a, b) => byBytes(a.key ?? '', b.key ?? '')).map(tolerationText))
}

function tolerationText({ key = '', value = '', effect = '', operator, tolerationSeconds }: Wire): string {
  const head = `${key}${value && `=${value}`}${effect && `:${effect}`}`
  const exists = operator === 'Exists' && value === '' ? `${head === '' ? '' : ' '}op=Exists` : ''
  return `${head}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`
}
