/**
 * PersistentVolumes, PersistentVolumeClaims, StorageClasses and CSINodes. Source: kubectl/pkg/describe/describe.go.
 */
import { labelsText } from '../printers/table.ts'
import { byBytes, type Wire } from '../wire.ts'
import type { Describing } from './describers.ts'
import { boolText, rfc1123, type Description } from './description.ts'
import { canonical } from './quantities.ts'
import { accessModes, describeNodeAffinity, describeVolumeSource } from './volumes.ts'

export function describePersistentVolume(text: Description, { metadata, spec, status = {} }: Wire): void {
  text.head({ metadata }, { namespaced: false })
  text.line(0, 'Finalizers:', `[${(metadata.finalizers ?? []).join(' ')}]`)
  text.line(
    0,
    'StorageClass:',
    metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName,
  )
  text.line(0, 'Status:', phase(text, metadata, status))
  text.line(0, 'Claim:', spec.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : '')
  text.line(0, 'Reclaim Policy:', spec.persistentVolumeReclaimPolicy)
  text.line(0, 'Access Modes:', accessModes(spec.accessModes))
  if (spec.volumeMode) text.line(0, 'VolumeMode:', spec.volumeMode)
  text.line(0, 'Capacity:', canonical(spec.capacity?.storage ?? '0'))
  describeNodeAffinity(text, spec.nodeAffinity)
  text.line(0, 'Message:', status.message)
  text.line(0, 'Source:')
  describeVolumeSource(text, spec)
}

export async function describeClaim(
  text: Description,
  { metadata, spec, status = {} }: Wire,
  { list }: Describing,
): Promise<void> {
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'Namespace:', metadata.namespace)
  text.line(
    0,
    'StorageClass:',
    metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName,
  )
  text.line(0, 'Status:', phase(text, metadata, status))
  text.line(0, 'Volume:', spec.volumeName)
  text.labels('Labels', metadata.labels)
  text.annotations('Annotations', metadata.annotations)
  text.line(0, 'Finalizers:', `[${(metadata.finalizers ?? []).join(' ')}]`)
  text.line(0, 'Capacity:', spec.volumeName ? canonical(status.capacity?.storage ?? '0') : '')
  text.line(0, 'Access Modes:', spec.volumeName ? accessModes(status.accessModes) : '')
  if (spec.volumeMode) text.line(0, 'VolumeMode:', spec.volumeMode)
  describeDataSource(text, spec.dataSource)
  const pods = await list('', 'v1', 'pods', { namespace: metadata.namespace })
  const using = pods.filter((pod) => uses(pod, metadata.name)).map((pod) => pod.metadata.name)
  text.list('Used By', using.sort(byBytes))
  describeConditions(text, status.conditions)
}

function uses({ spec }: Wire, claim: string): boolean {
  return (spec.volumes ?? []).some(({ persistentVolumeClaim }: Wire) => persistentVolumeClaim?.claimName === claim)
}

function describeDataSource(text: Description, source: Wire): void {
  if (!source) return
  text.line(0, 'DataSource:')
  if (source.apiGroup) text.line(1, 'APIGroup:', source.apiGroup)
  text.line(1, 'Kind:', source.kind)
  text.line(1, 'Name:', source.name)
}

function describeConditions(text: Description, conditions: readonly Wire[] = []): void {
  if (conditions.length === 0) return
  text.line(0, 'Conditions:')
  text.put('Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n', 1)
  text.put('----\t------\t-----------------\t------------------\t------\t-------\n', 1)
  for (const { type, status, lastProbeTime, lastTransitionTime, reason = '', message = '' } of conditions) {
    text.put(
      `${type} \t${status} \t${rfc1123(lastProbeTime)} \t${rfc1123(lastTransitionTime)} \t${reason} \t${message}\n`,
      1,
    )
  }
}

function phase(text: Description, { deletionTimestamp }: Wire, status: Wire): string {
  return deletionTimestamp ? `Terminating (lasts ${text.age(deletionTimestamp)})` : (status.phase ?? '')
}

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
]

export function describeStorageClass(text: Description, object: Wire): void {
  const {
    metadata,
    provisioner,
    parameters,
    allowVolumeExpansion,
    mountOptions = [],
    reclaimPolicy,
    volumeBindingMode,
  } = object
  text.line(0, 'Name:', metadata.name)
  text.line(0, 'IsDefaultClass:', DEFAULT_CLASS.some((key) => metadata.annotations?.[key] === 'true') ? 'Yes' : 'No')
  text.line(0, 'Annotations:', labelsText(metadata.annotations))
  text.line(0, 'Provisioner:', provisioner)
  text.line(0, 'Parameters:', labelsText(parameters))
  text.line(0, 'AllowVolumeExpansion:', boolText(allowVolumeExpansion))
  if (mountOptions.length === 0) text.line(0, 'MountOptions:', '<none>')
  else text.line(0, 'MountOptions:')
  for (const option of mountOptions) text.line(1, option)
  if (reclaimPolicy) text.line(0, 'ReclaimPolicy:', reclaimPolicy)
  if (volumeBindingMode) text.line(0, 'VolumeBindingMode:', volumeBindingMode)
  if (object.allowedTopologies) describeTopologies(text, object.allowedTopologies)
}

function describeTopologies(text: Description, terms: readonly Wire[]): void {
  text.put(`AllowedTopologies:\t${terms.length === 0 ? '<none>' : ''}\n`)
  terms.forEach(({ matchLabelExpressions = [] }, i) => {
    text.put(`Term ${i}:\t`, 1)
    if (matchLabelExpressions.length === 0) text.put('<none>\n')
    matchLabelExpressions.forEach(({ key, values = [] }: Wire, at: number) => {
      if (at > 0) text.put('\t', 1)
      text.put(`${key} in${values.length > 0 ? ` [${values.join(', ')}]` : ''}\n`)
    })
  })
}
