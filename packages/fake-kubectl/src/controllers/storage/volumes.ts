/**
 * PersistentVolumes and the claims on them: which belong together, who is asked for a new one, and what becomes of a volume
 * whose claim has gone, or wants it to grow.
 * Source: kubernetes/pkg/controller/volume/persistentvolume/{pv_controller,index}.go.
 */
import { builtIn } from '../../api/kinds/built-in.ts'
import { at, equal, type KubeObject } from '../../api/meta.ts'
import { selectsLabels } from '../../api/label-selector.ts'
import { parseQuantity } from '../../api/quantity.ts'
import type { Server } from '../../apiserver/server.ts'
import { deleteObject } from '../../apiserver/verbs/deletion.ts'
import { SELECTED_NODE } from '../../scheduler/plugins/volumes.ts'
import { ASKED_OF, PROVISIONED_BY, type Claim } from './provisioner.ts'
import { runController, type Again, type ObjectKey } from '../controller.ts'
import { tell } from '../event-recorder.ts'
import { update, updateStatus } from '../manager.ts'

const CLAIMS = builtIn('persistentvolumeclaims')
const VOLUMES = builtIn('persistentvolumes')
const CLASSES = builtIn('storageclasses.storage.k8s.io')
const COMPONENT = 'persistentvolume-controller'
const NO_PROVISIONER = 'kubernetes.io/no-provisioner'
const BOUND_BY_US = 'pv.kubernetes.io/bound-by-controller'
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed'
const ASKED_OF_BEFORE = 'volume.beta.kubernetes.io/storage-provisioner'

type Reference = { namespace?: string; name?: string; uid?: string }
type Volume = KubeObject & {
  spec: {
    claimRef?: Reference
    storageClassName?: string
    volumeMode?: string
    accessModes?: string[]
    capacity?: { storage?: string }
    persistentVolumeReclaimPolicy?: string
  }
  status?: { phase?: string }
}

export function runVolumes(server: Server): void {
  const { store, clock } = server
  runController(store, clock, CLAIMS, (object) => reconcileClaim(server, object as Claim), {
    watches: [
      { type: VOLUMES, concerns: (volume) => claimsOn(server, volume as Volume) },
      { type: CLASSES, concerns: () => pending(server) },
    ],
  })
  runController(store, clock, VOLUMES, (object) => reconcileVolume(server, object as Volume), {
    watches: [
      {
        type: CLAIMS,
        concerns: (claim) => {
          const name = (claim as Claim).spec.volumeName
          return name ? [{ namespace: '', name }] : []
        },
      },
    ],
  })
}

/** A free volume concerns all that wait for one. */
function claimsOn(server: Server, { spec }: Volume): ObjectKey[] {
  const { namespace = '', name } = spec.claimRef ?? {}
  return name === undefined ? pending(server) : [{ namespace, name }]
}

function pending({ store }: Server): ObjectKey[] {
  const waiting = (store.list(CLAIMS) as Claim[]).filter(({ status }) => status?.phase !== 'Bound')
  return waiting.map(({ metadata: { namespace = '', name } }) => ({ namespace, name }))
}

function reconcileVolume(server: Server, volume: Volume): Again {
  const { claimRef, persistentVolumeReclaimPolicy } = volume.spec
  if (claimRef === undefined) return setPhase(server, volume, 'Available')
  const claim = server.store.find(CLAIMS, claimRef.namespace ?? '', claimRef.name ?? '') as Claim | undefined
  if (claimRef.uid === undefined || claimRef.uid === '') return setPhase(server, volume, 'Available')
  if (claim?.metadata.uid === claimRef.uid) {
    if (claim?.spec.volumeName === volume.metadata.name) return setPhase(server, volume, 'Bound')
    return undefined
  }
  setPhase(server, volume, 'Released')
  // What was made for the claim goes with it; what an administrator made by hand only its maker can take away.
  const isMade = volume.metadata.annotations?.[PROVISIONED_BY] !== undefined
  if (persistentVolumeReclaimPolicy !== 'Delete' || !isMade) return undefined
  deleteObject(server, VOLUMES, server.store.get(VOLUMES, '', volume.metadata.name), {})
  return undefined
}

function setPhase(server: Server, volume: Volume, phase: string): undefined {
  if (volume.status?.phase === phase) return
  updateStatus(server, VOLUMES, { ...volume, status: { ...volume.status, phase } })
}

function reconcileClaim(server: Server, claim: Claim): Again {
  if (claim.metadata.deletionTimestamp !== undefined) return undefined
  const isDone = claim.metadata.annotations?.[BIND_COMPLETED] !== undefined
  if (isDone && claim.spec.volumeName) return reconcileBound(server, claim)
  const volume = claim.spec.volumeName ? namedVolume(server, claim) : bestVolume(server, claim)
  if (volume) bind(server, claim, volume)
  else if (!claim.spec.volumeName) return withoutVolume(server, claim)
  return undefined
}

function namedVolume({ store }: Server, claim: Claim): Volume | undefined {
  const volume = store.find(VOLUMES, '', claim.spec.volumeName ?? '') as Volume | undefined
  return volume && isFree(volume, claim) ? volume : undefined
}

/** The smallest that will do; one that was reserved for this claim before all others. */
function bestVolume(server: Server, claim: Claim): Volume | undefined {
  if (waitsForConsumer(server, claim) && claim.metadata.annotations?.[SELECTED_NODE] === undefined) return undefined
  const asked = bytes(claim.spec.resources?.requests?.storage)
  const fitting = (server.store.list(VOLUMES) as Volume[]).filter(
    (volume) =>
      volume.metadata.deletionTimestamp === undefined &&
      isFree(volume, claim) &&
      (volume.spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '') &&
      (volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem') &&
      (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode)) &&
      bytes(volume.spec.capacity?.storage) >= asked &&
      (claim.spec.selector === undefined || selectsLabels(claim.spec.selector, volume.metadata.labels)),
  )
  const size = ({ spec }: Volume): number => bytes(spec.capacity?.storage)
  return fitting.toSorted((a, b) => Number(!a.spec.claimRef) - Number(!b.spec.claimRef) || size(a) - size(b))[0]
}

function isFree({ spec }: Volume, { metadata }: Claim): boolean {
  const { claimRef } = spec
  if (claimRef === undefined) return true
  const isNamed = claimRef.namespace === metadata.namespace && claimRef.name === metadata.name
  return isNamed && (!claimRef.uid || claimRef.uid === metadata.uid)
}

function bind(server: Server, claim: Claim, volume: Volume): void {
  const { namespace, name, uid, resourceVersion } = claim.metadata
  if (volume.spec.claimRef?.uid !== uid) {
    const reserved = volume.spec.claimRef !== undefined
    const claimRef = {
      ...volume.spec.claimRef,
      kind: CLAIMS.kind,
      apiVersion: 'v1',
      namespace,
      name,
      uid,
      resourceVersion,
    }
    const annotations = { ...volume.metadata.annotations, ...(!reserved && { [BOUND_BY_US]: 'yes' }) }
    const metadata = { ...volume.metadata, annotations }
    update(server, VOLUMES, { ...volume, metadata, spec: { ...volume.spec, claimRef } } as KubeObject)
  }
  const annotations = {
    ...claim.metadata.annotations,
    [BIND_COMPLETED]: 'yes',
    ...(!claim.spec.volumeName && { [BOUND_BY_US]: 'yes' }),
  }
  const metadata = { ...claim.metadata, annotations }
  const spec = { ...claim.spec, volumeName: volume.metadata.name }
  const bound = update(server, CLAIMS, { ...claim, metadata, spec })
  const { accessModes, capacity } = volume.spec
  const status = { phase: 'Bound', ...(accessModes && { accessModes }), ...(capacity && { capacity }) }
  updateStatus(server, CLAIMS, { ...bound, status })
}

function reconcileBound(server: Server, claim: Claim): Again {
  const volume = server.store.find(VOLUMES, '', claim.spec.volumeName ?? '') as Volume | undefined
  if (!volume || volume.spec.claimRef?.uid !== claim.metadata.uid) {
    if (claim.status?.phase === 'Lost') return undefined
    say(server, claim, 'Warning', 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!')
    updateStatus(server, CLAIMS, { ...claim, status: { ...claim.status, phase: 'Lost' } })
    return undefined
  }
  const [asked, has] = [claim.spec.resources?.requests?.storage, claim.status?.capacity?.storage]
  if (asked !== undefined && bytes(asked) > bytes(has)) expand(server, claim, { volume, size: asked })
  return undefined
}

function expand(server: Server, claim: Claim, { volume, size }: { volume: Volume; size: string }): void {
  say(server, claim, 'Normal', 'Resizing', `External resizer is resizing volume ${volume.metadata.name}`)
  const capacity = { ...volume.spec.capacity, storage: size }
  if (!equal(capacity, volume.spec.capacity)) update(server, VOLUMES, { ...volume, spec: { ...volume.spec, capacity } })
  const status = { ...claim.status, capacity: { ...claim.status?.capacity, storage: size } }
  updateStatus(server, CLAIMS, { ...claim, status })
  say(server, claim, 'Normal', 'FileSystemResizeSuccessful', 'MountVolume.NodeExpandVolume succeeded for volume')
}

/** Why there is none yet, and whether one is made. */
function withoutVolume(server: Server, claim: Claim): Again {
  if (claim.status?.phase !== 'Pending')
    return void updateStatus(server, CLAIMS, { ...claim, status: { ...claim.status, phase: 'Pending' } })
  const className = claim.spec.storageClassName ?? ''
  if (className === '') {
    const why = 'no persistent volumes available for this claim and no storage class is set'
    return say(server, claim, 'Normal', 'FailedBinding', why)
  }
  const found = server.store.find(CLASSES, '', className)
  if (!found)
    return say(server, claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${className}" not found`)
  if (waitsForConsumer(server, claim) && claim.metadata.annotations?.[SELECTED_NODE] === undefined) {
    const why = 'waiting for first consumer to be created before binding'
    return say(server, claim, 'Normal', 'WaitForFirstConsumer', why)
  }
  const provisioner = String(found['provisioner'])
  if (provisioner === NO_PROVISIONER) return undefined
  return ask(server, claim, provisioner)
}

/** Somebody else makes the volume: the claim says who is asked. */
function ask(server: Server, claim: Claim, provisioner: string): undefined {
  const annotations = claim.metadata.annotations ?? {}
  if (annotations[ASKED_OF] !== undefined) return
  const asked = { ...annotations, [ASKED_OF]: provisioner, [ASKED_OF_BEFORE]: provisioner }
  update(server, CLAIMS, { ...claim, metadata: { ...claim.metadata, annotations: asked } })
  const why = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`
  say(server, claim, 'Normal', 'ExternalProvisioning', why)
}

function waitsForConsumer({ store }: Server, { spec }: Claim): boolean {
  const found = store.find(CLASSES, '', spec.storageClassName ?? '')
  return found !== undefined && at(found, 'volumeBindingMode') === 'WaitForFirstConsumer'
}

function bytes(quantity: string | undefined): number {
  return parseQuantity(quantity ?? '0') ?? 0
}

function say(server: Server, claim: Claim, type: 'Normal' | 'Warning', reason: string, message: string): undefined {
  tell(server, CLAIMS, claim, { type, reason, message, component: COMPONENT })
}
