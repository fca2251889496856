/**
 * How a container answers requests as it runs now: as the stage of its image says, else the image, else as any would.
 */
import type { Container, Pod } from '../api/types.ts'
import type { Server } from '../apiserver/server.ts'
import type { Serving, ServingSpec } from '../containers/images.ts'
import { stageOf } from '../kubelet/pods/stage.ts'

const USUAL: Serving = { latencyMs: 20, errors: 0, cpuMs: 2, calls: [] }

export function servingOf(
  { images, kubelets }: Server,
  { metadata, spec }: Pod,
  { name, image = '' }: Container,
): Serving {
  const profile = images.profile(image)
  const run = kubelets.get(spec.nodeName ?? '')?.pods.get(metadata.uid ?? '')?.containers[name]?.run
  return { ...USUAL, ...said(profile.serves), ...said(run && stageOf(profile, run).serves) }
}

function said(spec: ServingSpec = {}): Partial<Serving> {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined))
}
