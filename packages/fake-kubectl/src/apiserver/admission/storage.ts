/**
 * StorageObjectInUseProtection: a claim or volume in use is not deleted under its users. PersistentVolumeClaimResize: only
 * a class that can expand its volumes lets a claim grow.
 * Source: kubernetes/plugin/pkg/admission/storage/{storageobjectinuseprotection,persistentvolume/resize}/admission.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at } from '../../api/meta.ts'
import { compareQuantities } from '../../api/quantity.ts'
import { isCreate, refused, type Plugin } from './plugin.ts'

export const storageObjectInUseProtection: Plugin = {
  name: 'StorageObjectInUseProtection',
  kinds: ['persistentvolumeclaims', 'persistentvolumes', 'volumeattributesclasses.storage.k8s.io'],
  admit(write) {
    const { object, type } = write
    const { finalizers = [] } = object.metadata
    if (!isCreate(write) || type.protection === undefined || finalizers.includes(type.protection)) return
    object.metadata.finalizers = [...finalizers, type.protection]
  },
}

const CLASSES = builtIn('storageclasses.storage.k8s.io')
const SIZE = 'spec.resources.requests.storage'

export const persistentVolumeClaimResize: Plugin = {
  name: 'PersistentVolumeClaimResize',
  kinds: ['persistentvolumeclaims'],
  validate(write) {
    const { server, object, previous, operation, subresource } = write
    if (operation !== 'UPDATE' || subresource !== '') return
    const [size, before] = [at(object, SIZE), at(previous, SIZE)]
    if (!size || !before || compareQuantities(String(size), String(before)) <= 0) return
    if (at(previous, 'status.phase') !== 'Bound')
      throw refused(write, 'Only bound persistent volume claims can be expanded')
    const name = at(object, 'spec.storageClassName')
    const found = typeof name === 'string' ? server.store.find(CLASSES, '', name) : undefined
    if (found?.['allowVolumeExpansion'] === true) return
    throw refused(
      write,
      'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    )
  },
}
