/**
 * Node selectors: terms of which one must match, each of requirements of which all must hold.
 * Source: k8s.io/component-helpers/scheduling/corev1/nodeaffinity.
 */
import type { Pod } from '../../api/types.ts'
import type { NodeInfo } from '../node-info.ts'

type Requirement = { key: string; operator: string; values?: string[] }

export type NodeTerm = { matchExpressions?: Requirement[]; matchFields?: Requirement[] }
export type PreferredTerm = { weight: number; preference: NodeTerm }

/** What a pod asks of its node; `names` of a term are those its fields allow. */
export type Required = {
  readonly labels: readonly (readonly [string, string])[] | undefined
  readonly terms: readonly (NodeTerm & { readonly names?: readonly string[] })[] | undefined
}

export function requiredTerms({ spec }: Pod): Required {
  const labels = Object.entries((spec['nodeSelector'] ?? {}) as Record<string, string>)
  type Affinity = {
    nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: NodeTerm[] } }
  }
  const required = (spec['affinity'] as Affinity | undefined)?.nodeAffinity
    ?.requiredDuringSchedulingIgnoredDuringExecution
  const terms = required?.nodeSelectorTerms?.map((term) => {
    const names = term.matchFields?.find(({ key, operator }) => key === 'metadata.name' && operator === 'In')?.values
    return { ...term, ...(names && { names }) }
  })
  return { labels: labels.length > 0 ? labels : undefined, terms }
}

/** A term that asks for nothing matches nothing. */
export function matchesTerm(
  { matchExpressions = [], matchFields = [] }: NodeTerm,
  info: Pick<NodeInfo, 'name' | 'labels'>,
): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false
  const { labels } = info
  return (
    matchExpressions.every((it) => holds(it, labels[it.key])) &&
    matchFields.every((it) => it.key === 'metadata.name' && holds(it, info.name))
  )
}

/** Does any of a node selector's terms match? */
export function matchesSelector(terms: readonly NodeTerm[] = [], info: NodeInfo): boolean {
  return terms.some((term) => matchesTerm(term, info))
}

function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}
