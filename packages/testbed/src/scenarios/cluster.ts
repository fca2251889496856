/**
 * A scenario's cluster before anything has broken it.
 */
import { createCluster, loadWorld, type Cluster, type ClusterOptions, type WorldSpec } from '@mcp-lab/fake-kubectl'
import type { Scenario } from './schema.ts'

/** @param changes to its world */
export function clusterOf(
  { world, load }: Scenario,
  options: ClusterOptions & { seed: number },
  changes: Partial<WorldSpec> = {},
): Cluster {
  const isAsItIs = load === undefined && Object.keys(changes).length === 0
  // The same world is the same object: the simulator remembers how it grows up.
  const changed = isAsItIs ? worldNamed(world) : { ...worldNamed(world), ...(load && { load }), ...changes }
  return createCluster({ ...options, world: changed })
}

const worlds = new Map<string, WorldSpec>()

/** Read once: a scenario is played again and again. */
function worldNamed(name: string): WorldSpec {
  const world = worlds.get(name) ?? loadWorld(name)
  worlds.set(name, world)
  return world
}
