/**
 * What a container uses at a time: what the stage of its image says, and what the requests take that it answers.
 */
import { formatTime } from '../api/meta.ts'
import { hashFraction } from '../clock/random.ts'
import type { Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import type { Images } from '../containers/images.ts'
import type { Kubelet } from './kubelet.ts'
import { curve, valueAfter } from './pods/curve.ts'
import { stageOf } from './pods/stage.ts'

export type Use = { readonly cores?: number; readonly memoryBytes?: number; readonly diskBytes?: number }

/** What is known; nothing where neither stage nor load say anything. */
function useOf(server: Server, kubelet: Kubelet, pod: Pod, name: string): Use {
  const use = stageUse(kubelet, server.images, pod, name, server.clock.now())
  const answering = server.load.traffic(server).byPod.get(pod.metadata.uid ?? '')
  if (answering?.container.name !== name) return use
  return { ...use, cores: (use.cores ?? IDLE_CORES) + answering.cores }
}

/** Of a container that waits for requests. */
const IDLE_CORES = 0.005

/** What it uses in any case: what nobody says is drawn from its name, and moves with time. */
export function wholeUse(server: Server, kubelet: Kubelet, pod: Pod, name: string): Required<Use> {
  const { uid = '' } = pod.metadata
  const use = useOf(server, kubelet, pod, name)
  const isKnown = use.cores !== undefined || use.memoryBytes !== undefined
  const of = `${uid}/${name}`
  return {
    cores:
      use.cores ??
      (isKnown ? USUAL.cores : share(`${of}/cpu/${formatTime(server.clock.now())}`, USUAL.cores * NANO) / NANO),
    memoryBytes: use.memoryBytes ?? (isKnown ? USUAL.memoryBytes : share(`${of}/memory`, USUAL.memoryBytes)),
    diskBytes: use.diskBytes ?? share(`${of}/rootfs`, USUAL.diskBytes),
  }
}

/** What the system itself takes, beside its pods: shares of the machine. */
const OWN_CORES = 0.05
const OWN_MEMORY = 0.08

/** By all its pods and itself, now; of the disk only what pods are known to write. */
export function machineUse(server: Server, kubelet: Kubelet): Required<Use> {
  const sum = { cores: OWN_CORES * kubelet.cores, memoryBytes: OWN_MEMORY * kubelet.memoryBytes, diskBytes: 0 }
  for (const [pod, name] of running(server, kubelet)) {
    const { cores, memoryBytes } = wholeUse(server, kubelet, pod, name)
    sum.cores += cores
    sum.memoryBytes += memoryBytes
    sum.diskBytes += stageUse(kubelet, server.images, pod, name, server.clock.now()).diskBytes ?? 0
  }
  return sum
}

/** The same of memory and disk alone, as a kubelet looks at them all the time: what nobody says is taken as usual. */
export function spaceUse(server: Server, kubelet: Kubelet): { memoryBytes: number; diskBytes: number } {
  const sum = { memoryBytes: OWN_MEMORY * kubelet.memoryBytes, diskBytes: 0 }
  for (const [pod, name] of running(server, kubelet)) {
    const use = stageUse(kubelet, server.images, pod, name, server.clock.now())
    sum.memoryBytes += use.memoryBytes ?? USUAL.memoryBytes
    sum.diskBytes += use.diskBytes ?? 0
  }
  return sum
}

function* running(server: Server, { nodeName }: Kubelet): Iterable<readonly [Pod, string]> {
  for (const pod of server.pods.onNode(nodeName))
    for (const { name, state } of pod.status.containerStatuses ?? []) if (state.running) yield [pod, name]
}

const NANO = 1e9
const MIB = 2 ** 20
/** Of a container of which nothing is known. */
const USUAL = { cores: 0.02, memoryBytes: 60 * MIB, diskBytes: 20 * MIB }

/** Between half and one and a half of what is typical, always the same for the same text. */
export function share(of: string, typical: number): number {
  return Math.round(typical * (0.5 + hashFraction(of)))
}

/** What the stage of its image says. */
export function stageUse(kubelet: Kubelet, images: Images, pod: Pod, name: string, nowMs: number): Use {
  const run = kubelet.pods.get(pod.metadata.uid ?? '')?.containers[name]?.run
  const image = pod.spec.containers.find((it) => it.name === name)?.image
  if (!run || run.end || image === undefined) return {}
  const { cpu, memory, disk } = stageOf(images.profile(image), run)
  const elapsedMs = nowMs - (run.stages.at(-1)?.fromMs ?? nowMs)
  const value = (text: string) => valueAfter(curve(text), elapsedMs)
  return {
    ...(cpu !== undefined && { cores: value(cpu) }),
    ...(memory !== undefined && { memoryBytes: value(memory) }),
    ...(disk !== undefined && { diskBytes: value(disk) }),
  }
}
