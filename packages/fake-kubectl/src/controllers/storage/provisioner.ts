/**
 * The provisioners of common clusters: each makes a volume, in a moment, for every claim that asks it for one.
 * Source: kubernetes-csi/external-provisioner; rancher/local-path-provisioner.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { apiVersionOf } from '../../api/kinds/row.ts'
import type { KubeObject } from '../../api/meta.ts'
import type { Server } from '../../apiserver/server.ts'
import { SELECTED_NODE } from '../../scheduler/plugins/volumes.ts'
import { runController, type Again } from '../controller.ts'
import { tell } from '../event-recorder.ts'
import { submit } from '../manager.ts'

const CLAIMS = builtIn('persistentvolumeclaims')
const VOLUMES = builtIn('persistentvolumes')
const CLASSES = builtIn('storageclasses.storage.k8s.io')
/** Whom a claim asks, and who made a volume. */
export const ASKED_OF = 'volume.kubernetes.io/storage-provisioner'
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by'
const TAKES_MS = 2000

/** These are taken to run. Any other is waited for, as for one that does not. */
const RUNNING: ReadonlySet<string> = new Set([
  'rancher.io/local-path',
  'k8s.io/minikube-hostpath',
  'docker.io/hostpath',
  'hostpath.csi.k8s.io',
  'ebs.csi.aws.com',
  'pd.csi.storage.gke.io',
  'disk.csi.azure.com',
])

export type Claim = KubeObject & {
  spec: {
    volumeName?: string
    storageClassName?: string
    volumeMode?: string
    accessModes?: string[]
    selector?: unknown
    resources?: { requests?: { storage?: string } }
  }
  status?: { phase?: string; capacity?: { storage?: string }; accessModes?: string[] }
}

export function runProvisioners(server: Server): void {
  const { store, clock } = server
  /** By the claim's uid: when its volume will be there. */
  const begun = new Map<string, number>()
  store.log.subscribe(CLAIMS, { event: () => {}, reset: () => begun.clear() })
  const reconcile = (object: KubeObject): Again => {
    const claim = object as Claim
    const { uid = '' } = claim.metadata
    const provisioner = claim.metadata.annotations?.[ASKED_OF] ?? ''
    if (!RUNNING.has(provisioner) || claim.spec.volumeName || claim.metadata.deletionTimestamp) return undefined
    const readyAtMs = begun.get(uid) ?? clock.now() + TAKES_MS
    begun.set(uid, readyAtMs)
    if (clock.now() < readyAtMs) return readyAtMs
    make(server, claim, provisioner)
    return undefined
  }
  runController(store, clock, CLAIMS, reconcile, { gone: ({ metadata }) => void begun.delete(metadata.uid ?? '') })
}

function make(server: Server, claim: Claim, provisioner: string): void {
  const { namespace, name, uid } = claim.metadata
  const storageClass = server.store.find(CLASSES, '', claim.spec.storageClassName ?? '')
  const volumeName = `pvc-${uid}`
  if (!storageClass || server.store.find(VOLUMES, '', volumeName)) return
  const say = (reason: string, message: string): void =>
    tell(server, CLAIMS, claim, { type: 'Normal', reason, message, component: provisioner })
  say('Provisioning', `External provisioner is provisioning volume for claim "${namespace}/${name}"`)
  submit(server, VOLUMES, volumeFor(claim, { provisioner, storageClass, volumeName }))
  say('ProvisioningSucceeded', `Successfully provisioned volume ${volumeName}`)
}

function volumeFor(
  claim: Claim,
  { provisioner, storageClass, volumeName }: { provisioner: string; storageClass: KubeObject; volumeName: string },
): KubeObject {
  const { namespace, name, uid, resourceVersion, annotations } = claim.metadata
  const isLocal = !provisioner.includes('.csi.')
  const path = `/var/local-path-provisioner/${volumeName}_${namespace}_${name}`
  const expression = { key: 'kubernetes.io/hostname', operator: 'In', values: [annotations?.[SELECTED_NODE]] }
  const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } }
  return {
    metadata: { name: volumeName, annotations: { [PROVISIONED_BY]: provisioner } },
    spec: {
      capacity: { storage: claim.spec.resources?.requests?.storage },
      accessModes: claim.spec.accessModes,
      persistentVolumeReclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec.volumeMode ?? 'Filesystem',
      claimRef: { kind: CLAIMS.kind, apiVersion: apiVersionOf(CLAIMS), namespace, name, uid, resourceVersion },
      ...(isLocal
        ? { hostPath: { path, type: 'DirectoryOrCreate' } }
        : { csi: { driver: provisioner, volumeHandle: `vol-${uid}` } }),
      // What lies on one machine is reached from there alone.
      ...(isLocal && annotations?.[SELECTED_NODE] && { nodeAffinity }),
    },
  } as unknown as KubeObject
}
