/** The default plugins, in the order in which they are asked. Source: pkg/scheduler/apis/config/v1/default_plugins.go. */
import { interPodAffinity } from './inter-pod-affinity.ts'
import { nodeAffinity, nodeUnschedulable, taintToleration } from './node.ts'
import type { Plugin } from './plugin.ts'
import { balancedAllocation, nodePorts, nodeResourcesFit } from './resources.ts'
import { topologySpread } from './topology-spread.ts'
import { volumeBinding } from './volumes.ts'

export const PLUGINS: readonly Plugin[] = [
  nodeUnschedulable,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeBinding,
  topologySpread,
  interPodAffinity,
  balancedAllocation,
]
