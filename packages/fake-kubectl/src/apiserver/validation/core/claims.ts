/**
 * Claims and volumes. Source: kubernetes/pkg/apis/core/validation/validation.go, ValidatePersistentVolumeClaim(Update),
 * ValidatePersistentVolume(Update).
 */
import { at, equal, type Fields, type KubeObject } from '../../../api/meta.ts'
import { compareQuantities } from '../../../api/quantity.ts'
import type { Field } from '../field.ts'
import { dnsSubdomain } from '../formats.ts'
import type { Rules } from '../rules.ts'
import { validateSelector } from '../selectors.ts'
import { validateNodeSelector } from './placement.ts'
import { validateHostPath } from './volumes.ts'

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const VOLUME_MODES = ['Block', 'Filesystem']
const SIZE = 'spec.resources.requests.storage'

export const persistentVolumeClaims: Rules = {
  validate: (claim) => validateClaimSpec(claim.at('spec')),
  validateUpdate(claim, previous, subresource) {
    if (subresource === '') validateClaimUpdate(claim, previous)
  },
}

export function validateClaimSpec(spec: Field): void {
  const modes = spec.at('accessModes')
  modes.require('at least 1 access mode is required')
  validateSelector(spec.at('selector'))
  validateModes(modes)
  const size = spec.at('resources').key('storage').with(spec.value?.resources?.requests?.storage)
  if (!size.isSet) size.required()
  else if (compareQuantities(size.value, '0') <= 0) size.invalid('must be greater than zero')
  spec.at('storageClassName').optionalFormat(dnsSubdomain)
  spec.at('volumeMode').oneOf(VOLUME_MODES)
  for (const source of ['dataSource', 'dataSourceRef']) if (spec.at(source).isSet) validateSource(spec.at(source))
}

function validateModes(modes: Field): void {
  const values: string[] = modes.value ?? []
  for (const mode of values) if (!ACCESS_MODES.includes(mode)) modes.notSupported(ACCESS_MODES, mode)
  if (
    values.includes('ReadWriteOncePod') &&
    values.some((it) => it !== 'ReadWriteOncePod' && ACCESS_MODES.includes(it))
  )
    modes.forbidden('may not use ReadWriteOncePod with other access modes')
}

function validateSource(source: Field): void {
  source.at('name').require()
  source.at('kind').require()
  if (!source.value.apiGroup && source.value.kind !== 'PersistentVolumeClaim')
    source.invalid("must be 'PersistentVolumeClaim' when referencing the default apiGroup", source.value.kind ?? '')
}

const CLAIM_UPDATE =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

function validateClaimUpdate(claim: Field, previous: KubeObject): void {
  const before = (previous['spec'] ?? {}) as Fields
  const isBound = at(previous, 'status.phase') === 'Bound'
  if (!equal(comparable(claim.value.spec, before, isBound), comparable(before, before, isBound)))
    claim.at('spec').forbidden(CLAIM_UPDATE)
  const [size, old, real] = [at(claim.value, SIZE), at(previous, SIZE), at(previous, 'status.capacity.storage')]
  const isLess = size !== undefined && old !== undefined && compareQuantities(String(size), String(old)) < 0
  if (isLess && compareQuantities(String(size), String(real ?? '0')) <= 0)
    claim.at('spec', 'resources', 'requests', 'storage').forbidden('field can not be less than status.capacity')
}

/** What may change is made equal; a volume, and a class where there was none, may be set once. */
function comparable(spec: Fields, before: Fields, isBound: boolean): Fields {
  return {
    ...spec,
    ...(before['volumeName'] === undefined && { volumeName: undefined }),
    ...(before['storageClassName'] === undefined && { storageClassName: undefined }),
    ...(isBound && { resources: undefined, volumeAttributesClassName: undefined }),
  }
}

const NO_SOURCE = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
])

export const persistentVolumes: Rules = {
  validate(volume) {
    const spec = volume.at('spec')
    const modes = spec.at('accessModes')
    modes.require()
    validateModes(modes)
    validateCapacity(spec.at('capacity'))
    spec.at('persistentVolumeReclaimPolicy').oneOf(['Delete', 'Recycle', 'Retain'])
    if (spec.at('nodeAffinity', 'required').isSet) validateNodeSelector(spec.at('nodeAffinity', 'required'))
    const sources = sourcesOf(spec.value)
    if (sources.length === 0) spec.required('must specify a volume type')
    for (const extra of sources.slice(1)) spec.at(extra).forbidden('may not specify more than 1 volume type')
    if (sources[0] === 'hostPath') validateHostPath(spec.at('hostPath'))
    spec.at('storageClassName').optionalFormat(dnsSubdomain)
    spec.at('volumeMode').oneOf(VOLUME_MODES)
  },
  validateUpdate(volume, previous, subresource) {
    if (subresource !== '') return
    const [now, before] = [volume.value.spec as Fields, (previous['spec'] ?? {}) as Fields]
    const sourceOf = (spec: Fields) => Object.fromEntries(sourcesOf(spec).map((name) => [name, spec[name]]))
    if (!equal(sourceOf(now), sourceOf(before)))
      volume.at('spec', 'persistentvolumesource').forbidden('spec.persistentvolumesource is immutable after creation')
    if (now['volumeMode'] !== before['volumeMode'])
      volume.at('volumeMode').with(now['volumeMode']).invalid('field is immutable')
  },
}

function sourcesOf(spec: Fields): string[] {
  return Object.keys(spec).filter((field) => !NO_SOURCE.has(field))
}

function validateCapacity(capacity: Field): void {
  if (!capacity.require()) return
  const names = capacity.entries().map(([name]) => name)
  if (names.length !== 1 || names[0] !== 'storage') capacity.notSupported(['storage'])
  const size = capacity.key('storage')
  if (size.isSet && compareQuantities(size.value, '0') <= 0) size.invalid('must be greater than zero')
}
