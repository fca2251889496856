/**
 * An image comes to its machine, one after the other, or fails to, and is tried again later and later.
 * Source: pkg/kubelet/images/image_manager.go EnsureImageExists; containerd's words for what a registry refuses.
 */
import { parseDuration } from '../../api/age.ts'
import { hashFraction } from '../../clock/random.ts'
import { partsOf, type ImageProfile, type PullFailure } from '../../containers/images.ts'
import { profileOf } from './life.ts'
import type { ContainerRecord } from './record.ts'
import { say, type Spec, type Sync } from './sync.ts'

const FIRST_BACK_OFF_MS = 10_000
const LAST_BACK_OFF_MS = 300_000
const ASKING_MS = 300 // what a registry takes to answer
const BYTES_PER_MS = 60_000
/** A kubelet looks at a pod that waits so often. */
export const RESYNC_MS = 13_000

/** @returns whether the image is there; else the record says why it is waited for */
export function ensureImage(sync: Sync, spec: Spec, state: ContainerRecord): boolean {
  if (state.pulled) return true
  const { nowMs, due } = sync
  const { image = '' } = spec
  if (state.pull && nowMs < state.pull.untilMs) {
    due.at(state.pull.untilMs)
    return false
  }
  if (state.pull) return pulled(sync, spec, state)
  const policy = spec['imagePullPolicy'] ?? 'IfNotPresent'
  const isPresent = sync.kubelet.images.has(image)
  if (policy !== 'Always' && isPresent) {
    state.pulled = true
    say(
      sync,
      { reason: 'Pulled', message: `Container image ${JSON.stringify(image)} already present on machine` },
      spec,
    )
    return true
  }
  if (policy === 'Never') return neverPulled(sync, spec, state)
  if (state.pullBackOff && nowMs < state.pullBackOff.untilMs) return heldBack(sync, spec, state, state.pullBackOff)
  begin(sync, spec, state, isPresent)
  return false
}

function begin(sync: Sync, spec: Spec, state: ContainerRecord, isPresent: boolean): void {
  const { nowMs, kubelet, due } = sync
  const { pulls } = kubelet
  const { image = '' } = spec
  for (const [other, untilMs] of pulls) if (untilMs <= nowMs) pulls.delete(other)
  const startMs = Math.max(nowMs, ...pulls.values())
  // What another pod is pulling already will be there when it is this one's turn.
  const takesMs = isPresent || pulls.has(image) ? ASKING_MS : durationMs(profileOf(sync, spec), image)
  state.pull = { startMs, untilMs: startMs + takesMs, queuedMs: startMs - nowMs }
  pulls.set(image, state.pull.untilMs)
  say(sync, { reason: 'Pulling', message: `Pulling image ${JSON.stringify(image)}` }, spec)
  due.at(state.pull.untilMs)
}

function pulled(sync: Sync, spec: Spec, state: ContainerRecord): boolean {
  const { startMs, untilMs, queuedMs } = state.pull!
  const { image = '' } = spec
  delete state.pull
  const profile = profileOf(sync, spec)
  const fault = faultOf(profile, image)
  if (fault !== undefined) return failed(sync, spec, state, fault)
  state.pulled = true
  delete state.pullBackOff
  sync.kubelet.images.add(image)
  const took = untilMs - startMs
  const words = `Successfully pulled image ${JSON.stringify(image)} in ${goSeconds(took)} (${goSeconds(took + queuedMs)} including waiting). Image size: ${sizeOf(profile, image)} bytes.`
  say(sync, { reason: 'Pulled', message: words }, spec)
  return true
}

function failed(sync: Sync, spec: Spec, state: ContainerRecord, fault: string): boolean {
  const { nowMs, due } = sync
  const delayMs = Math.min((state.pullBackOff?.delayMs ?? FIRST_BACK_OFF_MS / 2) * 2, LAST_BACK_OFF_MS)
  state.pullBackOff = { delayMs, untilMs: nowMs + delayMs, fault }
  wait(sync, state, 'ErrImagePull', fault)
  warn(sync, spec, 'Failed', `Failed to pull image ${JSON.stringify(spec.image)}: ${fault}`)
  warn(sync, spec, 'Failed', 'Error: ErrImagePull')
  state.retryMs = nowMs + 1000
  due.at(state.retryMs)
  return false
}

function heldBack(
  sync: Sync,
  spec: Spec,
  state: ContainerRecord,
  { untilMs, fault }: NonNullable<ContainerRecord['pullBackOff']>,
): boolean {
  const words = `Back-off pulling image ${JSON.stringify(spec.image)}`
  wait(sync, state, 'ImagePullBackOff', `${words}: ErrImagePull: ${fault}`)
  say(sync, { reason: 'BackOff', message: words }, spec)
  warn(sync, spec, 'Failed', 'Error: ImagePullBackOff')
  state.retryMs = Math.min(untilMs, sync.nowMs + RESYNC_MS)
  sync.due.at(state.retryMs, { background: true })
  return false
}

function neverPulled(sync: Sync, spec: Spec, state: ContainerRecord): boolean {
  const words = `Container image ${JSON.stringify(spec.image)} is not present with pull policy of Never`
  wait(sync, state, 'ErrImageNeverPull', words)
  warn(sync, spec, 'ErrImageNeverPull', words)
  warn(sync, spec, 'Failed', 'Error: ErrImageNeverPull')
  state.retryMs = sync.nowMs + RESYNC_MS
  sync.due.at(state.retryMs, { background: true })
  return false
}

/** Why a container does not run yet. */
export function wait(sync: Sync, state: ContainerRecord, reason: string, message?: string): void {
  if (state.waiting.reason === reason && state.waiting.message === message) return
  state.waiting = { reason, ...(message !== undefined && { message }) }
  sync.changed = true
}

function warn(sync: Sync, spec: Spec, reason: string, message: string): void {
  say(sync, { type: 'Warning', reason, message }, spec)
}

function durationMs(profile: ImageProfile, image: string): number {
  if (profile.pull?.takes !== undefined) return parseDuration(profile.pull.takes)
  if (faultOf(profile, image) !== undefined) return ASKING_MS * 2
  return ASKING_MS + Math.round(sizeOf(profile, image) / BYTES_PER_MS)
}

function sizeOf({ sizeBytes }: ImageProfile, image: string): number {
  return sizeBytes ?? Math.round(20e6 + hashFraction(image) * 130e6)
}

/** Why the image cannot be pulled; undefined when it can. */
function faultOf({ pull, tags }: ImageProfile, image: string): string | undefined {
  const isMistyped = tags !== undefined && !image.includes('@') && !new RegExp(tags).test(partsOf(image).tag)
  const failure: PullFailure | undefined = pull?.fails ?? (isMistyped ? 'not found' : undefined)
  if (!failure) return undefined
  const reference = canonical(image)
  const resolving = `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": `
  if (failure === 'not found') return `rpc error: code = NotFound desc = ${resolving}${reference}: not found`
  if (failure === 'denied')
    return `${resolving}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`
  const [host = ''] = reference.split('/')
  const url = `https://${host}/v2/${reference.slice(host.length + 1).replace(/:([^:/]*)$/, '/manifests/$1')}`
  return `${resolving}failed to do request: Head "${url}": dial tcp: lookup ${host.replace(/:\d+$/, '')}: no such host`
}

/** `nginx` → `docker.io/library/nginx:latest`. */
export function canonical(image: string): string {
  const tagged = /[:@][^/]*$/.test(image) ? image : `${image}:latest`
  const [first = '', ...rest] = tagged.split('/')
  if (rest.length === 0) return `docker.io/library/${tagged}`
  return /[.:]|^localhost$/.test(first) ? tagged : `docker.io/${tagged}`
}

/** As Go prints a duration below a minute: `812ms`, `2.4s`. */
function goSeconds(ms: number): string {
  return ms < 1000 ? `${ms}ms` : `${ms / 1000}s`
}
