/**
 * The cluster of a scenario alone, for commands that serve it. Knows nothing of agents and their servers: what serves a
 * cluster starts in a third of the time without them, and without what plays scenarios, where nothing is to be broken.
 */
import type { Cluster, ClusterOptions, NodeSpec, WorldSpec } from '@mcp-lab/fake-kubectl'
import { clusterOf } from './scenarios/cluster.ts'
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

/** As it is when the scenario's ticket is written: what breaks it has broken it. */
export async function createSimulatedCluster(choice: ClusterChoice, options: ClusterOptions = {}): Promise<Cluster> {
  const scenario = loadScenario(choice.scenario ?? 'disk-pressure')
  const { seed = 1 } = choice
  const cluster = clusterOf(scenario, { ...options, seed }, changesTo(choice))
  if (scenario.noise.length + scenario.fault.length > 0) {
    const { stage } = await import('./scenarios/play.ts')
    await stage(scenario, seed, cluster)
  }
  return cluster
}

function changesTo({ nodes, kubeletLatencyMs: latencyMs }: ClusterChoice): Partial<WorldSpec> {
  return {
    ...(nodes !== undefined && { nodes: typeof nodes === 'number' ? nodes : [...nodes] }),
    ...(latencyMs !== undefined && { latencyMs }),
  }
}
