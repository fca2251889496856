/**
 * Plugins that look at the node alone: cordoned, named, tainted, chosen by labels.
 * Source: pkg/scheduler/framework/plugins/{nodeunschedulable,nodename,tainttoleration,nodeaffinity}.
 */
import type { Pod, Taint } from '../../api/types.ts'
import type { NodeInfo } from '../node-info.ts'
import { REASONS } from '../reasons.ts'
import { matchesTerm, requiredTerms, type PreferredTerm } from './node-selector.ts'
import { normalized, type Plugin, type Rejection } from './plugin.ts'

export type Toleration = { key?: string; operator?: string; value?: string; effect?: string }

const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

function rejection(plugin: string, reason: string): Rejection {
  return { plugin, reasons: [reason], unresolvable: true }
}

export function tolerates({ spec }: Pod, taint: Taint): boolean {
  return ((spec['tolerations'] ?? []) as Toleration[]).some(({ key, operator = 'Equal', value = '', effect }) => {
    if (effect && effect !== taint.effect) return false
    if (key && key !== taint.key) return false
    if (operator === 'Exists') return true
    return key !== undefined && key !== '' && value === (taint.value ?? '')
  })
}

const CORDONED = rejection('NodeUnschedulable', REASONS.unschedulable)

export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  wakes: ['node added', 'node taints'],
  filter: (pod) =>
    tolerates(pod, UNSCHEDULABLE) ? undefined : ({ node }) => (node!.spec?.unschedulable ? CORDONED : undefined),
}

const TAINTED = rejection('TaintToleration', REASONS.taint)

export const taintToleration: Plugin = {
  name: 'TaintToleration',
  wakes: ['node added', 'node taints'],
  filter: (pod) => (info) => {
    const taints = info.node!.spec?.taints
    if (!taints) return undefined
    const untolerated = taints.some((taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(pod, taint))
    return untolerated ? TAINTED : undefined
  },
  score: (pod) => ({
    weight: 3,
    scores: (infos) =>
      normalized(
        infos.map((info) => avoided(pod, info)),
        true,
      ),
  }),
}

function avoided(pod: Pod, { node }: NodeInfo): number {
  const taints = node!.spec?.taints ?? []
  return taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !tolerates(pod, taint)).length
}

const NOT_CHOSEN = rejection('NodeAffinity', REASONS.affinity)
const NOT_NAMED = rejection('NodeAffinity', "node(s) didn't satisfy plugin(s) [NodeAffinity]")

export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  wakes: ['node added', 'node labels'],
  filter(pod) {
    const { labels, terms } = requiredTerms(pod)
    if (!labels && !terms) return undefined
    // Terms that name their nodes, as those of a DaemonSet's pods, leave out all others beforehand.
    const names = terms?.every((term) => term.names) ? new Set(terms.flatMap((term) => term.names ?? [])) : undefined
    return (info) => {
      if (names && !names.has(info.name)) return NOT_NAMED
      const own = info.labels
      if (labels?.some(([key, value]) => own[key] !== value)) return NOT_CHOSEN
      return terms && !terms.some((term) => matchesTerm(term, info)) ? NOT_CHOSEN : undefined
    }
  },
  score(pod) {
    const preferred = preferredTerms(pod)
    if (preferred.length === 0) return undefined
    const raw = (info: NodeInfo) =>
      preferred.reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, info) ? weight : 0), 0)
    return { weight: 2, scores: (infos) => normalized(infos.map(raw)) }
  },
}

function preferredTerms({ spec }: Pod): readonly PreferredTerm[] {
  type Affinity = { nodeAffinity?: { preferredDuringSchedulingIgnoredDuringExecution?: PreferredTerm[] } }
  return (spec['affinity'] as Affinity | undefined)?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
}
