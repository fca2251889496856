/**
 * The cluster of a scenario alone, for commands that serve it. Knows nothing of agents and their servers: what serves a
 * cluster starts in a third of the time without them.
 */
import {
  createCluster,
  loadWorld,
  type Cluster,
  type ClusterOptions,
  type NodeSpec,
  type WorldSpec,
} from '@mcp-lab/fake-kubectl'
import { loadScenario } from './scenarios/library.ts'

export type ClusterChoice = {
  /** The id of a scenario; `disk-pressure` when absent. */
  readonly scenario?: string
  /** The same seed gives the same cluster. 1 when absent. */
  readonly seed?: number
  /** How many nodes, or what is known of each; what a NodeSpec leaves open is drawn from the seed. */
  readonly nodes?: number | readonly NodeSpec[]
  /** How long each kubelet takes to answer, in virtual milliseconds. */
  readonly kubeletLatencyMs?: number
}

export function createSimulatedCluster(choice: ClusterChoice, options: ClusterOptions = {}): Cluster {
  const { world } = loadScenario(choice.scenario ?? 'disk-pressure')
  return createCluster({ ...options, world: { ...loadWorld(world), ...changesTo(choice) }, seed: choice.seed ?? 1 })
}

function changesTo({ nodes, kubeletLatencyMs: latencyMs }: ClusterChoice): Partial<WorldSpec> {
  return {
    ...(nodes !== undefined && { nodes: typeof nodes === 'number' ? nodes : [...nodes] }),
    ...(latencyMs !== undefined && { latencyMs }),
  }
}
