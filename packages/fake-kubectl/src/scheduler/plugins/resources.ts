/**
 * Plugins that count: processors, memory and the like, and ports of the host.
 * Source: pkg/scheduler/framework/plugins/{noderesources,nodeports}.
 */
import type { Pod } from '../../api/types.ts'
import { hostPortsOf, type HostPort, type NodeInfo } from '../node-info.ts'
import { insufficient, REASONS } from '../reasons.ts'
import { nonZeroRequestsOf, requestsOf, type Amounts } from '../requests.ts'
import type { Plugin, Rejection } from './plugin.ts'

const BASIC = ['cpu', 'memory', 'ephemeral-storage']
const FIT = 'NodeResourcesFit'

export const nodeResourcesFit: Plugin = {
  name: FIT,
  wakes: ['node added', 'node resources', 'pod gone'],
  filter(pod) {
    const asked = Object.entries(requestsOf(pod)).filter(([, amount]) => amount > 0)
    // In the order of the real one: the basic ones first.
    const place = (name: string) => (BASIC.includes(name) ? BASIC.indexOf(name) : BASIC.length)
    const sorted = asked.sort(([a], [b]) => place(a) - place(b))
    return (info) => fit(info, sorted)
  },
  score(pod) {
    const asked = nonZeroRequestsOf(pod)
    return { weight: 1, scores: (infos) => infos.map((info) => leastAllocated(info, asked)) }
  },
}

function fit({ allocatable, requested, pods }: NodeInfo, asked: readonly [string, number][]): Rejection | undefined {
  let reasons: string[] | undefined
  let unresolvable = false
  if (pods.size + 1 > (allocatable['pods'] ?? 0)) reasons = [REASONS.pods]
  for (const [name, amount] of asked) {
    const all = allocatable[name] ?? 0
    if (amount <= all - (requested[name] ?? 0)) continue
    reasons = [...(reasons ?? []), insufficient(name)]
    // What is more than the whole node has no pod that goes away can give.
    if (amount > all) unresolvable = true
  }
  return reasons && { plugin: FIT, reasons, unresolvable }
}

function leastAllocated({ allocatable, nonZeroRequested }: NodeInfo, asked: Amounts): number {
  let sum = 0
  for (const name of ['cpu', 'memory']) {
    const all = allocatable[name] ?? 0
    const used = (nonZeroRequested[name] ?? 0) + (asked[name] ?? 0)
    if (all > 0 && used <= all) sum += Math.floor(((all - used) * 100) / all)
  }
  return Math.floor(sum / 2)
}

export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  wakes: [],
  score(pod) {
    const asked = requestsOf(pod)
    // A pod that asks for nothing leaves no node more balanced than another.
    if (!asked['cpu'] && !asked['memory']) return undefined
    return { weight: 1, scores: (infos) => infos.map((info) => balance(info, asked)) }
  },
}

function balance({ allocatable, requested }: NodeInfo, asked: Amounts): number {
  const [cpu, memory] = ['cpu', 'memory'].map((name) => {
    const all = allocatable[name] ?? 0
    return all === 0 ? 1 : Math.min(1, ((requested[name] ?? 0) + (asked[name] ?? 0)) / all)
  })
  return Math.floor((1 - Math.abs(cpu! - memory!) / 2) * 100)
}

const TAKEN: Rejection = { plugin: 'NodePorts', reasons: [REASONS.ports], unresolvable: false }

export const nodePorts: Plugin = {
  name: 'NodePorts',
  wakes: ['node added', 'pod gone'],
  filter(pod: Pod) {
    const wanted = hostPortsOf(pod)
    if (wanted.length === 0) return undefined
    return ({ ports }) => (wanted.some((port) => ports.some((other) => clash(port, other))) ? TAKEN : undefined)
  },
}

function clash(a: HostPort, b: HostPort): boolean {
  const sameAddress = a.hostIP === b.hostIP || a.hostIP === '0.0.0.0' || b.hostIP === '0.0.0.0'
  return a.hostPort === b.hostPort && a.protocol === b.protocol && sameAddress
}
