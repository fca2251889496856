/**
 * What a scheduler's plugin is: it looks at a pod once, and then says of each node whether the pod may go there, and how
 * well. Plugins that have nothing to say of a pod are not asked.
 * Source: pkg/scheduler/framework/interface.go.
 */
import type { Pod } from '../../api/types.ts'
import type { Store } from '../../store/store.ts'
import type { NodeInfo, NodeInfos } from '../node-info.ts'

/** Why a pod may not go to a node. */
export type Rejection = {
  readonly plugin: string
  readonly reasons: readonly string[]
  /** No pod that goes away would help. */
  readonly unresolvable: boolean
}

export type Filter = (info: NodeInfo) => Rejection | undefined

/** Of the feasible nodes, each one's score from 0 to 100. */
export type Score = { readonly weight: number; readonly scores: (infos: readonly NodeInfo[]) => readonly number[] }

export type Cycle = { readonly store: Store; readonly infos: NodeInfos; readonly nodes: readonly NodeInfo[] }

/** Something that may have made room for a pod. */
export type ClusterEvent =
  | 'node added'
  | 'node labels'
  | 'node taints'
  | 'node resources'
  | 'pod gone'
  | 'pod bound'
  | 'storage'

export type Plugin = {
  readonly name: string
  /** @returns undefined where every node will do; text where no node will, and why */
  filter?(pod: Pod, cycle: Cycle): Filter | string | undefined
  score?(pod: Pod, cycle: Cycle): Score | undefined
  /** What may make a pod schedulable that it has rejected. */
  readonly wakes: readonly ClusterEvent[]
}

/** Scores as they are turned into 0 to 100 by the greatest of them; reversed where less is better. */
export function normalized(raw: readonly number[], reversed = false): number[] {
  const most = Math.max(0, ...raw)
  if (most === 0) return raw.map(() => (reversed ? 100 : 0))
  return raw.map((score) => {
    const share = Math.floor((100 * score) / most)
    return reversed ? 100 - share : share
  })
}
