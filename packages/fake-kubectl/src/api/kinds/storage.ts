/** Volumes and their providers: storage.k8s.io. Source: api/discovery/apis__storage.k8s.io__v1.json. */
import { rowsOf, STATUS, type ResourceType } from './row.ts'

const row = rowsOf('storage.k8s.io', 'v1', { namespaced: false })

export const STORAGE: readonly ResourceType[] = [
  row('csidrivers', 'CSIDriver', { conditionalUpdates: true }),
  row('csinodes', 'CSINode', { conditionalUpdates: true }),
  row('csistoragecapacities', 'CSIStorageCapacity', { namespaced: true, conditionalUpdates: true }),
  row('storageclasses', 'StorageClass', { shortNames: ['sc'] }),
  row('volumeattachments', 'VolumeAttachment', { subresources: [STATUS], conditionalUpdates: true }),
  row('volumeattributesclasses', 'VolumeAttributesClass', {
    shortNames: ['vac'],
    protection: 'kubernetes.io/vac-protection',
  }),
]
