/** The stage of its image in which a run of a container is. */
import type { ImageProfile, LifeStage } from '../../containers/images.ts'
import type { ContainerRun } from './record.ts'

/** What an image without stages does. */
const ALWAYS: LifeStage = {}

export function stageOf(profile: ImageProfile, run: ContainerRun): LifeStage {
  return profile.stages?.[run.stages.at(-1)?.index ?? -1] ?? ALWAYS
}
