/**
 * How well a pod is served when its node runs short.
 * Source: kubernetes/pkg/apis/core/helper/qos/qos.go.
 */
import { compareQuantities } from '../../api/quantity.ts'
import { structs, type Draft } from '../defaults/rules/rule.ts'

const COUNTED = ['cpu', 'memory']

/** Guaranteed when every container limits cpu and memory to what it requests, BestEffort when none asks for anything. */
export function qosClass(spec: Draft): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const whole = spec['resources'] && [{ resources: spec['resources'] }]
  const containers = whole ?? [...structs(spec['containers']), ...structs(spec['initContainers'])]
  const asks = containers.flatMap(({ resources }: Draft) => [resources?.requests ?? {}, resources?.limits ?? {}])
  if (!asks.some((list: Draft) => COUNTED.some((name) => isSome(list[name])))) return 'BestEffort'
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable'
}

function isGuaranteed({ resources }: Draft): boolean {
  return COUNTED.every((name) => {
    const limit = resources?.limits?.[name]
    return isSome(limit) && compareQuantities(String(resources.requests?.[name] ?? limit), String(limit)) === 0
  })
}

function isSome(amount: unknown): boolean {
  return amount !== undefined && amount !== '0' && amount !== 0
}
