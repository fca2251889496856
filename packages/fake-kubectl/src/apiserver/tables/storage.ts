/** The columns of volumes, claims and what provides them. */
import { at, type KubeObject } from '../../api/meta.ts'
import { AGE, column, count, field, flag, list, NAME, NONE, text, UNSET, wide } from './cells.ts'
import type { Column } from './table.ts'

export const STORAGE: Readonly<Record<string, readonly Column[]>> = {
  persistentvolumes: [
    NAME,
    column('Capacity', (it) => text(it, 'spec.capacity.storage') || '0'),
    column('Access Modes', (it) => accessModes(list(it, 'spec.accessModes'))),
    field('Reclaim Policy', 'spec.persistentVolumeReclaimPolicy', ''),
    column('Status', phase),
    column('Claim', claim),
    column('StorageClass', storageClass),
    field('VolumeAttributesClass', 'spec.volumeAttributesClassName', UNSET),
    field('Reason', 'status.reason', ''),
    AGE,
    wide(field('VolumeMode', 'spec.volumeMode', UNSET)),
  ],
  persistentvolumeclaims: [
    NAME,
    column('Status', phase),
    field('Volume', 'spec.volumeName', ''),
    column('Capacity', (it) => (text(it, 'spec.volumeName') ? text(it, 'status.capacity.storage') || '0' : '')),
    column('Access Modes', (it) => (text(it, 'spec.volumeName') ? accessModes(list(it, 'status.accessModes')) : '')),
    column('StorageClass', storageClass),
    field('VolumeAttributesClass', 'spec.volumeAttributesClassName', UNSET),
    AGE,
    wide(field('VolumeMode', 'spec.volumeMode', UNSET)),
  ],
  storageclasses: [
    { ...NAME, cell: (it) => marked(it, 'storageclass.kubernetes.io/is-default-class') },
    field('Provisioner', 'provisioner', ''),
    field('ReclaimPolicy', 'reclaimPolicy', 'Delete'),
    field('VolumeBindingMode', 'volumeBindingMode', 'Immediate'),
    { ...flag('AllowVolumeExpansion', 'allowVolumeExpansion'), type: 'string' },
    AGE,
  ],
  volumeattributesclasses: [
    { ...NAME, cell: (it) => marked(it, 'volumeattributesclass.kubernetes.io/is-default-class') },
    field('DriverName', 'driverName', ''),
    AGE,
  ],
  volumeattachments: [
    NAME,
    { ...field('Attacher', 'spec.attacher', ''), format: 'name' },
    field('PV', 'spec.source.persistentVolumeName', ''),
    field('Node', 'spec.nodeName', ''),
    flag('Attached', 'status.attached'),
    AGE,
  ],
  csinodes: [NAME, count('Drivers', 'spec.drivers'), AGE],
  csidrivers: [
    NAME,
    flag('AttachRequired', 'spec.attachRequired', true),
    flag('PodInfoOnMount', 'spec.podInfoOnMount'),
    flag('StorageCapacity', 'spec.storageCapacity'),
    column('TokenRequests', tokenRequests),
    flag('RequiresRepublish', 'spec.requiresRepublish'),
    column('Modes', (it) => list(it, 'spec.volumeLifecycleModes').join(',') || NONE),
    AGE,
  ],
  csistoragecapacities: [NAME, field('StorageClassName', 'storageClassName', ''), field('Capacity', 'capacity', UNSET)],
}

/** Of old an annotation named the class. */
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

const MODES = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const

function accessModes(modes: readonly unknown[]): string {
  return MODES.flatMap(([mode, short]) => (modes.includes(mode) ? [short] : [])).join(',')
}

function phase(object: KubeObject): string {
  return object.metadata.deletionTimestamp ? 'Terminating' : text(object, 'status.phase')
}

function claim(volume: KubeObject): string {
  const found = at(volume, 'spec.claimRef')
  return found === undefined ? '' : `${text(found, 'namespace')}/${text(found, 'name')}`
}

function storageClass(object: KubeObject): string {
  return object.metadata.annotations?.[CLASS_ANNOTATION] ?? text(object, 'spec.storageClassName')
}

function marked({ metadata }: KubeObject, annotation: string): string {
  return metadata.annotations?.[annotation] === 'true' ? `${metadata.name} (default)` : metadata.name
}

function tokenRequests(driver: KubeObject): string {
  if (at(driver, 'spec.tokenRequests') === undefined) return UNSET
  return list(driver, 'spec.tokenRequests')
    .map((it) => text(it, 'audience'))
    .join(',')
}
