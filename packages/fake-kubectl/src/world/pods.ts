/**
 * Puts pods into a world: from an app and a stage to Pods with a node, an address and a full status, and the events of
 * the last hour.
 */
import { parseDuration } from '../api/age.ts'
import { formatTime, type KubeObject } from '../api/meta.ts'
import { builtIn } from '../api/kinds/built-in.ts'
import type { Condition, Container, ContainerState, ContainerStatus, Pod } from '../api/types.ts'
import { create } from '../apiserver/admission/admit.ts'
import { qosClass } from '../apiserver/strategies/qos-class.ts'
import type { Server } from '../apiserver/server.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import { recordEvent } from '../controllers/events.ts'
import { unready } from '../controllers/node-lifecycle.ts'
import { podAddress } from '../kubelet/pods/address.ts'
import type { Machine } from './machines.ts'
import type { AppSpec, Builtins, StageSpec } from './spec.ts'

const HASH_LENGTH = 10
const DAY_MS = 86_400_000
const PODS = builtIn('pods')

/** Where a pod is put: its machine, how it stands, since when. */
export type Placement = { machine: Machine; stage: StageSpec; createdMs: number }

/** How it stands there, container for container. */
export type Standing = { kubelet: Kubelet; stages: readonly StageSpec[]; createdMs: number }

/** The app's pods, on the machines the app asks for. */
export function storeApp(server: Server, app: AppSpec, machines: readonly Machine[]): void {
  const { random, clock } = server
  const hash = random.suffix(HASH_LENGTH)
  const stage = server.stage(app.stage ?? 'running')
  const homes = app.perNode ? machines : chosenMachines(server, app, machines)
  for (const machine of homes) {
    const name = app.perNode ? `${app.name}-${random.suffix(5)}` : `${app.name}-${hash}-${random.suffix(5)}`
    const createdMs = clock.now() - parseDuration(app.age ?? '3d') - random.integer(0, 900) * 1000
    const pod = storePod(server, podObject(app, name), { machine, stage, createdMs })
    if (app.log) machine.kubelet.programs.set(`${pod.metadata.uid}/${app.name}`, app.log)
    const routes = stage.routes ?? app.routes
    if (routes) machine.kubelet.routes.set(`${pod.metadata.uid}/${app.name}`, routes)
  }
}

export function stageNamed(stages: Builtins['stages'], name: string): StageSpec {
  const stage = Object.hasOwn(stages, name) ? stages[name] : undefined
  if (stage) return stage
  throw new RangeError(
    `stage ${JSON.stringify(name)}: expected one of ${Object.keys(stages).join(', ')}; see src/stages/`,
  )
}

/** Stores a pod as it stands after its time on the machine. */
export function storePod(server: Server, given: KubeObject, placement: Placement): Pod {
  const { machine, createdMs, stage } = placement
  const metadata = { ...given.metadata, creationTimestamp: formatTime(createdMs) }
  const spec = { ...(given['spec'] as object), nodeName: machine.kubelet.nodeName }
  const pod = create(server, PODS, { ...given, metadata, spec }) as Pod
  const stages = pod.spec.containers.map(() => stage)
  const status = standing(server, pod, { kubelet: machine.kubelet, stages, createdMs })
  const lost = machine.kubelet.state === 'down'
  const stored = server.store.create(
    PODS,
    lost ? unready({ ...pod, status }, server.clock.now() - 300_000) : { ...pod, status },
  ) as Pod
  if (!lost) tellEvents(server, stored, stage)
  return stored
}

function chosenMachines({ random }: Server, { replicas = 1, node }: AppSpec, machines: readonly Machine[]): Machine[] {
  const full = machines.filter(({ kubelet }) => kubelet.disk.usedBytes > 0.8 * kubelet.disk.capacityBytes)
  const candidates = node === 'full' && full.length > 0 ? full : machines
  if (candidates.length === 0) return []
  return Array.from({ length: replicas }, () => random.pick(candidates))
}

function podObject({ name: app, namespace, image, labels, container, spec }: AppSpec, name: string): KubeObject {
  const containers = [{ name: app, image, ...container }]
  return { metadata: { name, namespace, labels: { app, ...labels } }, spec: { ...spec, containers } }
}

/** The status of a pod that stands where it was put. */
export function standing(server: Server, pod: Pod, { kubelet, stages, createdMs }: Standing): Pod['status'] {
  const hostNetwork = pod.spec['hostNetwork'] === true
  const podIP = hostNetwork ? kubelet.address : podAddress(server, kubelet)
  const hostIP = kubelet.address
  return {
    observedGeneration: 1,
    phase: phaseOf(stages),
    conditions: conditions(pod, stages, createdMs, server.clock.now()),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: formatTime(createdMs),
    containerStatuses: pod.spec.containers.map((container, i) =>
      containerStatus(server, pod, container, stages[i]!, createdMs),
    ),
    qosClass: qosClass(pod.spec),
  }
}

/** One container that waits for its image makes its pod wait; one that runs makes it run. */
function phaseOf(stages: readonly StageSpec[]): string {
  return ['Pending', 'Running'].find((phase) => stages.some((it) => it.phase === phase)) ?? stages[0]!.phase
}

function conditions({ spec }: Pod, stages: readonly StageSpec[], createdMs: number, nowMs: number): Condition[] {
  const unready = spec.containers.filter((_, i) => !stages[i]!.ready)
  const ready = unready.length === 0
  const completed = stages.every(({ unreadyReason }) => unreadyReason === 'PodCompleted')
  const why = {
    reason: completed ? 'PodCompleted' : 'ContainersNotReady',
    ...(!completed && { message: `containers with unready status: [${unready.map(({ name }) => name).join(' ')}]` }),
  }
  const condition = (type: string, holds: boolean, afterMs: number, because: object = {}): Condition => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: formatTime(Math.min(createdMs + afterMs, nowMs)),
    ...(!holds && because),
  })
  return [
    condition('PodReadyToStartContainers', !completed, 2000),
    { ...condition('Initialized', true, 0), ...(completed && { reason: 'PodCompleted' }) },
    condition('Ready', ready, 3000, why),
    condition('ContainersReady', ready, 3000, why),
    condition('PodScheduled', true, 0),
  ]
}

function containerStatus(
  server: Server,
  pod: Pod,
  container: Container,
  stage: StageSpec,
  createdMs: number,
): ContainerStatus {
  const { clock, random } = server
  const containerID = `containerd://${random.hex(64)}`
  const pulled = !('waiting' in stage.state) || stage.last !== undefined
  const ageDays = (clock.now() - createdMs) / DAY_MS
  const drawn = stage.restartsPerDay ? Math.max(1, Math.round(stage.restartsPerDay * ageDays)) : 0
  const restartCount = stage.restarts ?? drawn
  return {
    name: container.name,
    image: container.image ?? '',
    imageID: pulled ? `${(container.image ?? '').replace(/:[^/:]*$/, '')}@sha256:${random.hex(64)}` : '',
    ...(pulled && { containerID }),
    ready: stage.ready,
    started: 'running' in stage.state,
    restartCount,
    state: state(pod, container, stage, Math.min(createdMs + 2000, clock.now()), containerID),
    lastState: stage.last ? lastState(stage.last, clock.now(), containerID) : {},
  }
}

function state(
  pod: Pod,
  { name, image = '' }: Container,
  stage: StageSpec,
  startedMs: number,
  containerID: string,
): ContainerState {
  if ('running' in stage.state) return { running: { startedAt: formatTime(startedMs) } }
  if ('waiting' in stage.state) {
    const { reason, message } = stage.state.waiting
    return { waiting: { reason, message: filled(message, pod, name, image) } }
  }
  const { exitCode, reason, ranFor } = stage.state.terminated
  const finishedAt = formatTime(startedMs + parseDuration(ranFor))
  return { terminated: { exitCode, reason, startedAt: formatTime(startedMs), finishedAt, containerID } }
}

function lastState(
  { exitCode, reason, ranFor, endedAgo }: NonNullable<StageSpec['last']>,
  nowMs: number,
  containerID: string,
): ContainerState {
  const endedMs = nowMs - parseDuration(endedAgo)
  const startedAt = formatTime(endedMs - parseDuration(ranFor))
  return { terminated: { exitCode, reason, startedAt, finishedAt: formatTime(endedMs), containerID } }
}

function tellEvents(server: Server, pod: Pod, { events = [] }: StageSpec): void {
  const now = server.clock.now()
  for (const { name, image = '' } of pod.spec.containers) {
    for (const { message, firstAgo, lastAgo, ...rest } of events) {
      recordEvent(server, PODS, pod, {
        ...rest,
        message: filled(message, pod, name, image),
        component: 'kubelet',
        host: pod.spec.nodeName ?? '',
        fieldPath: `spec.containers{${name}}`,
        firstMs: now - parseDuration(firstAgo),
        lastMs: now - parseDuration(lastAgo),
      })
    }
  }
}

function filled(text: string, { metadata }: Pod, container: string, image: string): string {
  const values: Record<string, string> = {
    container,
    image,
    pod: metadata.name,
    namespace: metadata.namespace ?? '',
    uid: metadata.uid ?? '',
  }
  return text.replaceAll(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole)
}
