/**
 * DefaultStorageClass, DefaultIngressClass: whoever names no class gets the one that is marked as the default.
 * Source: kubernetes/plugin/pkg/admission/{storage/storageclass/setdefault,network/defaultingressclass}/admission.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import type { ResourceType } from '../../api/kinds/row.ts'
import type { KubeObject } from '../../api/meta.ts'
import { isCreate, type Creator, type Plugin } from './plugin.ts'

const STORAGE_CLASSES = builtIn('storageclasses.storage.k8s.io')
const INGRESS_CLASSES = builtIn('ingressclasses.networking.k8s.io')
const STORAGE_DEFAULT = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
]
const INGRESS_DEFAULT = ['ingressclass.kubernetes.io/is-default-class']

export const defaultStorageClass: Plugin = {
  name: 'DefaultStorageClass',
  kinds: ['persistentvolumeclaims'],
  admit(write) {
    const { object, server } = write
    const isNamed =
      object.spec.storageClassName !== undefined || object.metadata.annotations?.[BETA_CLASS] !== undefined
    if (!isCreate(write) || isNamed) return
    const [first] = defaults(server, STORAGE_CLASSES, STORAGE_DEFAULT).toSorted(newestFirst)
    if (first) object.spec.storageClassName = first.metadata.name
  },
}

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class'

export const defaultIngressClass: Plugin = {
  name: 'DefaultIngressClass',
  kinds: ['ingresses.networking.k8s.io'],
  admit(write) {
    const { object, server } = write
    const isNamed =
      object.spec.ingressClassName !== undefined ||
      object.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined
    if (!isCreate(write) || isNamed) return
    const found = defaults(server, INGRESS_CLASSES, INGRESS_DEFAULT).toSorted(newestFirst)
    if (found[0]) object.spec.ingressClassName = found[0].metadata.name
  },
}

function defaults({ store }: Creator, type: ResourceType, annotations: readonly string[]): KubeObject[] {
  return store.list(type).filter(({ metadata }) => annotations.some((name) => metadata.annotations?.[name] === 'true'))
}

function newestFirst({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  if (a.creationTimestamp !== b.creationTimestamp) return a.creationTimestamp! > b.creationTimestamp! ? -1 : 1
  return a.name < b.name ? -1 : 1
}
