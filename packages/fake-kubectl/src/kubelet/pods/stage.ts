/** The stage of its image in which a run of a container is. */
import type { ImageProfile, LifeStage } from '../../containers/images.ts'
import type { ContainerRun } from './record.ts'

/** What an image without stages does. */
const ALWAYS: LifeStage = {}

export function stagesOf({ stages = [] }: ImageProfile, { script }: ContainerRun): readonly LifeStage[] {
  return script ?? stages
}

export function stageOf(profile: ImageProfile, run: ContainerRun): LifeStage {
  return stagesOf(profile, run)[run.stages.at(-1)?.index ?? -1] ?? ALWAYS
}
