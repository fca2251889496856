/**
 * The built-in tools, in named sets. Every tool that is listed costs a model tokens at every turn, so what is rarely needed
 * waits in a set of its own until somebody asks for it.
 */
import { helmHistory, helmList, helmRollback, helmStatus } from './helm.ts'
import { kubernetesCanI, kubernetesWhoami } from './kubernetes-access.ts'
import { kubernetesApply } from './kubernetes-apply.ts'
import { kubernetesDelete } from './kubernetes-delete.ts'
import { kubernetesDescribe } from './kubernetes-describe.ts'
import { kubernetesEvents } from './kubernetes-events.ts'
import { kubernetesApiResources, kubernetesExplain } from './kubernetes-explain.ts'
import { kubernetesGet } from './kubernetes-get.ts'
import { kubernetesLogs } from './kubernetes-logs.ts'
import { kubernetesCordon, kubernetesDrain, kubernetesUncordon } from './kubernetes-nodes.ts'
import { kubernetesPatch } from './kubernetes-patch.ts'
import { kubernetesRolloutHistory, kubernetesRolloutStatus } from './kubernetes-rollout-status.ts'
import { kubernetesRollout } from './kubernetes-rollout.ts'
import { kubernetesScale } from './kubernetes-scale.ts'
import { kubernetesSet } from './kubernetes-set.ts'
import { kubernetesTop } from './kubernetes-top.ts'
import { kubernetesUndo } from './kubernetes-undo.ts'
import { prometheusQuery, prometheusQueryRange } from './prometheus.ts'
import type { Services } from './services.ts'
import type { Tool } from './tool.ts'

export const TOOLSETS = {
  /** Looking. */
  core: [kubernetesGet, kubernetesDescribe, kubernetesLogs, kubernetesEvents, kubernetesTop],
  /** How rollouts go and went. */
  rollouts: [kubernetesRolloutStatus, kubernetesRolloutHistory],
  metrics: [prometheusQuery, prometheusQueryRange],
  /** What can be undone, and undoing it. */
  changes: [kubernetesScale, kubernetesSet, kubernetesRollout, kubernetesApply, kubernetesPatch, kubernetesUndo],
  deletion: [kubernetesDelete],
  access: [kubernetesCanI, kubernetesWhoami],
  schema: [kubernetesApiResources, kubernetesExplain],
  nodes: [kubernetesCordon, kubernetesUncordon, kubernetesDrain],
  helm: [helmList, helmStatus, helmHistory, helmRollback],
} as const satisfies Record<string, readonly ((services: Services) => Tool)[]>

export type Toolset = keyof typeof TOOLSETS

export const DEFAULT_TOOLSETS: readonly Toolset[] = ['core', 'rollouts', 'metrics', 'changes', 'access']

/** @throws TypeError for a set there is not */
export function builtInTools(sets: readonly Toolset[], services: Services): Tool[] {
  return [...new Set(sets)].flatMap((name) => setOf(name).map((make) => make(services)))
}

function setOf(name: Toolset): readonly ((services: Services) => Tool)[] {
  if (Object.hasOwn(TOOLSETS, name)) return TOOLSETS[name]
  throw new TypeError(`toolsets: expected some of ${Object.keys(TOOLSETS).join(', ')}, found "${name}"`)
}
