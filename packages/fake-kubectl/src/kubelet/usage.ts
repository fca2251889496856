/**
 * What a container uses at a time, where the stage of its image says so.
 */
import type { Pod } from '../api/types.ts'
import type { Images } from '../containers/images.ts'
import type { Kubelet } from './kubelet.ts'
import { curve, valueAfter } from './pods/curve.ts'
import { stageOf } from './pods/stage.ts'

export type Use = { readonly cores?: number; readonly memoryBytes?: number; readonly diskBytes?: number }

export function useOf(kubelet: Kubelet, images: Images, pod: Pod, name: string, nowMs: number): Use {
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
