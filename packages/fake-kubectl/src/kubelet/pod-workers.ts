/**
 * What kubelets do with the pods bound to their nodes: each pod is looked at when it changes and when something of it is
 * due, never in the middle of a request.
 * Source: pkg/kubelet/pod_workers.go.
 */
import { builtIn } from '../api/kinds/built-in.ts'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { newRecord } from './pods/record.ts'
import { Due, type Sync } from './pods/sync.ts'
import { fail, syncPod } from './pods/sync-pod.ts'
import { announce, measure, victim } from './eviction.ts'
import type { Kubelet } from './kubelet.ts'

const PODS = builtIn('pods')
/** The eviction manager's interval. */
const ROOM_MS = 10_000
/** How often it is seen whether a kubelet that is down has come back. */
const LOOK_AGAIN_MS = 10_000

export function runPodWorkers(server: Server): void {
  const workers = new PodWorkers(server)
  adoptStanding(server)
  workers.lookAtAll()
  workers.watchRoom()
  server.store.log.subscribe(PODS, {
    event: ({ type, object }) => (type === 'DELETED' ? workers.forget(object as Pod) : workers.look(object as Pod)),
    reset: () => {
      workers.lookAtAll()
      workers.watchRoom()
    },
  })
}

/** What a world has placed before any kubelet ran stays as it is. */
function adoptStanding({ store, kubelets, clock }: Server): void {
  for (const pod of store.list(PODS) as Pod[]) {
    const kubelet = kubelets.get(pod.spec.nodeName ?? '')
    for (const { image = '' } of kubelet ? pod.spec.containers : []) kubelet!.images.add(image)
    if (kubelet && pod.status.startTime !== undefined)
      kubelet.pods.set(pod.metadata.uid ?? '', { ...newRecord(clock.now()), stands: true })
  }
}

class PodWorkers {
  readonly #server: Server
  /** By uid: what takes the next looks off the clock. */
  readonly #waiting = new Map<string, (() => void)[]>()

  constructor(server: Server) {
    this.#server = server
  }

  lookAtAll(): void {
    for (const cancels of this.#waiting.values()) for (const cancel of cancels) cancel()
    this.#waiting.clear()
    for (const pod of this.#server.store.list(PODS) as Pod[]) this.look(pod)
  }

  look({ metadata, spec }: Pod): void {
    if (!spec.nodeName || !this.#server.kubelets.has(spec.nodeName)) return
    const due = new Due()
    due.at(this.#server.clock.now())
    this.#wait(metadata, due)
  }

  /** Every ten seconds each kubelet looks whether there is room, and ends a pod where there is not. */
  watchRoom(): void {
    const { clock, kubelets } = this.#server
    const look = () => {
      for (const kubelet of kubelets.values()) if (kubelet.state === 'up') this.#makeRoom(kubelet)
      schedule()
    }
    // On the clock's own ten, so that a restored cluster looks at the same times.
    const schedule = () => clock.at((Math.floor(clock.now() / ROOM_MS) + 1) * ROOM_MS, look, { background: true })
    schedule()
  }

  #makeRoom(kubelet: Kubelet): void {
    const server = this.#server
    const shortage = measure(server, kubelet)
    if (!shortage) return
    announce(server, kubelet, shortage)
    const found = victim(server, kubelet, shortage)
    if (!found) return
    const { pod, message } = found
    const record = kubelet.pods.get(pod.metadata.uid ?? '')!
    const sync: Sync = { server, kubelet, pod, record, nowMs: server.clock.now(), due: new Due(), changed: false }
    fail(sync, 'Evicted', message)
    syncPod(sync)
  }

  forget({ metadata, spec }: Pod): void {
    for (const cancel of this.#waiting.get(metadata.uid ?? '') ?? []) cancel()
    this.#waiting.delete(metadata.uid ?? '')
    const kubelet = this.#server.kubelets.get(spec.nodeName ?? '')
    if (!kubelet) return
    kubelet.pods.delete(metadata.uid ?? '')
    for (const map of [kubelet.programs, kubelet.routes])
      for (const key of map.keys()) if (key.startsWith(`${metadata.uid}/`)) map.delete(key)
  }

  #wait({ uid = '', namespace = '', name }: Pod['metadata'], { foregroundMs, backgroundMs }: Due): void {
    for (const cancel of this.#waiting.get(uid) ?? []) cancel()
    const work = () => this.#work(uid, namespace, name)
    const cancels: (() => void)[] = []
    if (foregroundMs < Infinity) cancels.push(this.#server.clock.at(foregroundMs, work))
    if (backgroundMs < foregroundMs) cancels.push(this.#server.clock.at(backgroundMs, work, { background: true }))
    this.#waiting.set(uid, cancels)
  }

  #work(uid: string, namespace: string, name: string): void {
    const server = this.#server
    const pod = server.store.find(PODS, namespace, name) as Pod | undefined
    const kubelet = server.kubelets.get(pod?.spec.nodeName ?? '')
    if (!pod || pod.metadata.uid !== uid || !kubelet) return this.#clear(uid)
    const due = new Due()
    if (kubelet.state === 'up') this.#sync({ server, kubelet, pod, due })
    else due.at(server.clock.now() + LOOK_AGAIN_MS, { background: true })
    // Its own writes have asked for a look already; the pod may also be gone.
    if (server.store.find(PODS, namespace, name)?.metadata.uid === uid) this.#wait(pod.metadata, due)
  }

  #sync({ server, kubelet, pod, due }: Pick<Sync, 'server' | 'kubelet' | 'pod' | 'due'>): void {
    const { uid = '' } = pod.metadata
    const nowMs = server.clock.now()
    const record = kubelet.pods.get(uid) ?? newRecord(nowMs)
    kubelet.pods.set(uid, record)
    syncPod({ server, kubelet, pod, record, nowMs, due, changed: false })
  }

  #clear(uid: string): void {
    this.#waiting.delete(uid)
  }
}
