/**
 * Which programs have printed a container's log, and when: from what its kubelet knows of its runs, or, of a container
 * that only stands, from its status.
 */
import type { ContainerStatus, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import { statusOf } from '../containers/container.ts'
import type { ImageProfile } from '../containers/images.ts'
import type { Kubelet, LogProgram } from './kubelet.ts'
import type { Printing } from './logs.ts'
import type { ContainerRun } from './pods/record.ts'
import { stagesOf } from './pods/stage.ts'

export type WhichRun = 'current' | 'previous'

/** What a container has printed in its current or its previous run; undefined when there has been no such run. */
export function printingsOf(server: Server, pod: Pod, name: string, which: WhichRun): Printing[] | undefined {
  const { kubelet, profile } = surroundings(server, pod, name)
  const record = kubelet?.pods.get(pod.metadata.uid ?? '')
  const given = kubelet?.programs.get(`${pod.metadata.uid}/${name}`)
  if (!record || record.stands || given) return standing(pod, name, which, given ?? profile.log)
  const { run, previous } = record.containers[name] ?? {}
  const wanted = which === 'current' ? run : run?.end && isWaiting(statusOf(pod, name)) ? run : previous
  return wanted && lived(profile, wanted, which === 'previous')
}

/** What a follower is told before the stream ends, for images that say so. */
export function followedBy(server: Server, pod: Pod, name: string): LogProgram['followed'] {
  const { kubelet, profile } = surroundings(server, pod, name)
  return (kubelet?.programs.get(`${pod.metadata.uid}/${name}`) ?? profile.log)?.followed
}

function surroundings(server: Server, pod: Pod, name: string): { kubelet: Kubelet | undefined; profile: ImageProfile } {
  const { initContainers = [], containers } = pod.spec
  const { image = '' } = [...initContainers, ...containers].find((it) => it.name === name) ?? {}
  return { kubelet: server.kubelets.get(pod.spec.nodeName ?? ''), profile: server.images.profile(image) }
}

/** A container that waits for its next run has its last one behind it. */
function isWaiting(status: ContainerStatus | undefined): boolean {
  return status?.state.waiting !== undefined
}

function lived(profile: ImageProfile, run: ContainerRun, previous: boolean): Printing[] {
  const stages = stagesOf(profile, run)
  const endMs = run.end?.atMs ?? Infinity
  return run.stages.flatMap(({ index, fromMs, untilMs = Infinity }, i): Printing[] => {
    const program = stages[index]?.log ?? (run.script ? SILENCE : profile.log) ?? SILENCE
    const until = run.stages[i + 1]?.fromMs ?? Math.min(untilMs, endMs)
    return [{ program, id: `${run.id}/${i}`, startMs: fromMs, endMs: until, previous }]
  })
}

const SILENCE: LogProgram = { everyMs: 1000, lines: [] }

function standing(pod: Pod, name: string, which: WhichRun, program = SILENCE): Printing[] | undefined {
  const container = statusOf(pod, name)
  const last = container?.lastState.terminated
  const id = `${pod.metadata.uid}/${name}/${container?.restartCount ?? 0}`
  const printing = (of: string, startedAt = '', finishedAt?: string): Printing[] => [
    {
      program,
      id: of,
      startMs: Date.parse(startedAt),
      endMs: finishedAt ? Date.parse(finishedAt) : Infinity,
      previous: which === 'previous',
    },
  ]
  if (which === 'previous') return last && printing(`${id}/previous`, last.startedAt, last.finishedAt)
  const { running, terminated } = container?.state ?? {}
  if (running) return printing(id, running.startedAt)
  if (terminated) return printing(id, terminated.startedAt, terminated.finishedAt)
  return last && printing(`${id}/previous`, last.startedAt, last.finishedAt)
}
