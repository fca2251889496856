/**
 * Pods that want to be near other pods, or away from them. Whoever is there already and wants a newcomer away is heard,
 * too.
 * Source: pkg/scheduler/framework/plugins/interpodaffinity.
 */
import { selectsLabels } from '../../api/label-selector.ts'
import { builtIn } from '../../api/kinds/built-in.ts'
import type { Fields } from '../../api/meta.ts'
import type { Pod } from '../../api/types.ts'
import type { NodeInfo } from '../node-info.ts'
import { REASONS } from '../reasons.ts'
import type { Cycle, Plugin, Rejection } from './plugin.ts'

type Term = {
  labelSelector?: Fields
  namespaces?: string[]
  namespaceSelector?: Fields
  topologyKey: string
  matchLabelKeys?: string[]
  mismatchLabelKeys?: string[]
}
type Weighted = { weight: number; podAffinityTerm: Term }
type Rules = {
  requiredDuringSchedulingIgnoredDuringExecution?: Term[]
  preferredDuringSchedulingIgnoredDuringExecution?: Weighted[]
}

const NAME = 'InterPodAffinity'
const reject = (reason: string, unresolvable: boolean): Rejection => ({ plugin: NAME, reasons: [reason], unresolvable })
const FAR = reject(REASONS.podAffinity, true)
const NEAR = reject(REASONS.podAntiAffinity, false)
const UNWELCOME = reject(REASONS.existingAntiAffinity, false)

export const interPodAffinity: Plugin = {
  name: NAME,
  wakes: ['node added', 'node labels', 'pod gone', 'pod bound'],
  filter(pod, cycle) {
    const near = rulesOf(pod, 'podAffinity').requiredDuringSchedulingIgnoredDuringExecution ?? []
    const away = rulesOf(pod, 'podAntiAffinity').requiredDuringSchedulingIgnoredDuringExecution ?? []
    if (near.length + away.length === 0 && cycle.infos.antiAffinities === 0) return undefined
    const nearIn = near.map((term) => placesOf(cycle, pod, term))
    const awayFrom = away.map((term) => placesOf(cycle, pod, term))
    const unwelcome = unwelcomeIn(cycle, pod)
    // The first of a group that wants to be near its own kind may go anywhere.
    const isFirst = nearIn.every(({ size }) => size === 0) && near.every((term) => matches(cycle, pod, term, pod))
    return ({ labels }) => {
      const isNear = near.every((term, i) => {
        const place = labels[term.topologyKey]
        return place !== undefined && (isFirst || nearIn[i]!.has(place))
      })
      if (!isNear) return FAR
      const place = (key: string) => labels[key]
      if (away.some((term, i) => awayFrom[i]!.has(place(term.topologyKey) ?? '\0'))) return NEAR
      return unwelcome.some(([key, value]) => labels[key] === value) ? UNWELCOME : undefined
    }
  },
  score(pod, cycle) {
    const preferred = [...weighted(rulesOf(pod, 'podAffinity'), 1), ...weighted(rulesOf(pod, 'podAntiAffinity'), -1)]
    if (preferred.length === 0 && cycle.infos.affinities === 0) return undefined
    const points = pointsFor(cycle, pod, preferred)
    if (points.size === 0) return undefined
    return { weight: 2, scores: (infos) => spanned(infos.map(({ labels }) => pointsAt(points, labels))) }
  },
}

function rulesOf({ spec }: Pod, kind: 'podAffinity' | 'podAntiAffinity'): Rules {
  return ((spec['affinity'] ?? {}) as Record<string, Rules | undefined>)[kind] ?? {}
}

function weighted(rules: Rules, sign: 1 | -1): Weighted[] {
  const terms = rules.preferredDuringSchedulingIgnoredDuringExecution ?? []
  return terms.map(({ weight, podAffinityTerm }) => ({ weight: sign * weight, podAffinityTerm }))
}

/** Does a pod's term mean another pod? */
function matches({ store }: Cycle, from: Pod, term: Term, other: Pod): boolean {
  const { labelSelector, namespaces = [], namespaceSelector } = term
  const namespace = other.metadata.namespace ?? ''
  const isOwn = namespaces.length === 0 && namespaceSelector === undefined
  const isNamed = isOwn ? namespace === from.metadata.namespace : namespaces.includes(namespace)
  if (!isNamed) {
    const labels = store.find(builtIn('namespaces'), '', namespace)?.metadata.labels
    if (!namespaceSelector || !selectsLabels(namespaceSelector, labels)) return false
  }
  const labels = other.metadata.labels ?? {}
  const own = from.metadata.labels ?? {}
  return (
    selectsLabels(labelSelector, labels) &&
    (term.matchLabelKeys ?? []).every((key) => own[key] === undefined || labels[key] === own[key]) &&
    (term.mismatchLabelKeys ?? []).every((key) => own[key] === undefined || labels[key] !== own[key])
  )
}

/** The topologies in which there is a pod that a term means. */
function placesOf(cycle: Cycle, pod: Pod, term: Term): Set<string> {
  const places = new Set<string>()
  for (const info of cycle.nodes) {
    const place = info.labels[term.topologyKey]
    if (place === undefined || places.has(place)) continue
    if ([...info.pods.values()].some((other) => matches(cycle, pod, term, other))) places.add(place)
  }
  return places
}

/** Where pods are that want the newcomer away: topology key and value. */
function unwelcomeIn(cycle: Cycle, pod: Pod): [string, string][] {
  if (cycle.infos.antiAffinities === 0) return []
  return cycle.nodes.flatMap((info) =>
    [...info.withAntiAffinity.values()].flatMap((other) => {
      const terms = rulesOf(other, 'podAntiAffinity').requiredDuringSchedulingIgnoredDuringExecution ?? []
      return terms.flatMap((term): [string, string][] => {
        const place = info.labels[term.topologyKey]
        return place !== undefined && matches(cycle, other, term, pod) ? [[term.topologyKey, place]] : []
      })
    }),
  )
}

const HARD_WEIGHT = 1 // what a required affinity of a pod that is there counts for one it would like near

function pointsFor(cycle: Cycle, pod: Pod, preferred: readonly Weighted[]): Map<string, number> {
  const points = new Map<string, number>()
  const give = (info: NodeInfo, key: string, weight: number) => {
    const place = info.labels[key]
    if (place !== undefined) points.set(`${key}=${place}`, (points.get(`${key}=${place}`) ?? 0) + weight)
  }
  for (const info of cycle.nodes) {
    if (preferred.length > 0)
      for (const other of info.pods.values())
        for (const { weight, podAffinityTerm: term } of preferred)
          if (matches(cycle, pod, term, other)) give(info, term.topologyKey, weight)
    for (const other of info.withAffinity.values()) {
      for (const term of rulesOf(other, 'podAffinity').requiredDuringSchedulingIgnoredDuringExecution ?? [])
        if (matches(cycle, other, term, pod)) give(info, term.topologyKey, HARD_WEIGHT)
      const wishes = [...weighted(rulesOf(other, 'podAffinity'), 1), ...weighted(rulesOf(other, 'podAntiAffinity'), -1)]
      for (const { weight, podAffinityTerm: term } of wishes)
        if (matches(cycle, other, term, pod)) give(info, term.topologyKey, weight)
    }
  }
  return points
}

function pointsAt(points: ReadonlyMap<string, number>, labels: Readonly<Record<string, string>>): number {
  let sum = 0
  for (const [key, value] of Object.entries(labels)) sum += points.get(`${key}=${value}`) ?? 0
  return sum
}

/** From 0 for the least to 100 for the most. */
function spanned(raw: readonly number[]): number[] {
  const [least, most] = [Math.min(...raw), Math.max(...raw)]
  return raw.map((score) => (most === least ? 0 : Math.floor((100 * (score - least)) / (most - least))))
}
