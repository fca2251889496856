/**
 * One limit of a LimitRange against one use: too little, too much, or too far apart, in the real server's words.
 * Source: kubernetes/plugin/pkg/admission/limitranger/admission.go, minConstraint, maxConstraint, limitRequestRatioConstraint.
 */
import { compareQuantities, parseQuantity } from '../../api/quantity.ts'
import type { ResourceList } from '../defaults/rules/pod-resources.ts'
import type { Draft } from '../defaults/rules/rule.ts'

/** What a container, pod or claim asks for; a claim knows no limits. */
export type Use = { readonly requests: ResourceList; readonly limits: ResourceList | undefined }

/** A line for each limit that is not kept. */
export function limitErrors(item: Draft, use: Use): string[] {
  const each = (part: string, check: Check) =>
    Object.entries((item[part] ?? {}) as ResourceList).flatMap(
      ([name, bound]) => check({ name, of: item['type'], bound, use }) ?? [],
    )
  return [...each('min', belowMinimum), ...each('max', aboveMaximum), ...each('maxLimitRequestRatio', tooFarApart)]
}

type Bound = { readonly name: string; readonly of: string; readonly bound: string; readonly use: Use }

type Check = (bound: Bound) => string | undefined

function belowMinimum({ name, of, bound, use }: Bound): string | undefined {
  const [request, limit] = [use.requests[name], use.limits?.[name]]
  const minimum = `minimum ${name} usage per ${of} is ${bound}`
  if (request === undefined) return `${minimum}.  No request is specified`
  if (compareQuantities(request, bound) < 0) return `${minimum}, but request is ${request}`
  if (limit !== undefined && compareQuantities(limit, bound) < 0) return `${minimum}, but limit is ${limit}`
  return undefined
}

function aboveMaximum({ name, of, bound, use }: Bound): string | undefined {
  const [request, limit] = [use.requests[name], use.limits?.[name]]
  const maximum = `maximum ${name} usage per ${of} is ${bound}`
  if (use.limits && limit === undefined) return `${maximum}.  No limit is specified`
  if (limit !== undefined && compareQuantities(limit, bound) > 0) return `${maximum}, but limit is ${limit}`
  if (!use.limits && request === undefined) return `${maximum}.  No request is specified`
  if (request !== undefined && compareQuantities(request, bound) > 0) return `${maximum}, but request is ${request}`
  return undefined
}

function tooFarApart({ name, of, bound, use }: Bound): string | undefined {
  const [request, limit] = [
    parseQuantity(use.requests[name] ?? '0') ?? 0,
    parseQuantity(use.limits?.[name] ?? '0') ?? 0,
  ]
  const ratio = `${name} max limit to request ratio per ${of} is ${bound}`
  if (request === 0) return `${ratio}, but no request is specified or request is 0`
  if (limit === 0) return `${ratio}, but no limit is specified or limit is 0`
  if (limit / request <= (parseQuantity(bound) ?? 0)) return undefined
  return `${ratio}, but provided ratio is ${(limit / request).toFixed(6)}`
}
