/**
 * What a container or pod asks for: names of resources, amounts, requests within limits.
 * Source: kubernetes/pkg/apis/core/validation/validation.go, validateResourceRequirements; pkg/apis/core/helper.
 */
import { compareQuantities, isWhole } from '../../../api/quantity.ts'
import type { Field } from '../field.ts'
import { labelKey } from '../formats.ts'

const CONTAINER_RESOURCES = ['cpu', 'ephemeral-storage', 'memory']
const HUGE_PAGES = 'hugepages-'
const DEFAULT_DOMAIN = 'kubernetes.io/'

export function validateResources(resources: Field): void {
  const [limits, requests] = [resources.at('limits'), resources.at('requests')]
  for (const [name, amount] of limits.entries()) validateAmount(name, amount)
  for (const [name, amount] of requests.entries()) {
    validateAmount(name, amount)
    compare(name, amount.value, { requests, limits })
  }
}

function validateAmount(name: string, amount: Field): void {
  validateResourceName(name, amount)
  amount.nonNegativeQuantity()
  if (isFractional(name) || isWhole(String(amount.value))) return
  amount.invalid('must be an integer')
}

/** What stands for itself without a domain is the server's to name. */
export function validateResourceName(
  name: string,
  field: Field,
  standard: readonly string[] = CONTAINER_RESOURCES,
): void {
  const why = labelKey(name)
  for (const it of why) field.invalid(it, name)
  if (why.length > 0) return
  const isStandard = standard.includes(name) || name.startsWith(HUGE_PAGES)
  if (!name.includes('/') && !isStandard) field.invalid('must be a standard resource for containers', name)
  else if (!isStandard && isExtended(name) === false)
    field.invalid("doesn't follow extended resource name standard", name)
}

function isExtended(name: string): boolean {
  return !name.includes(DEFAULT_DOMAIN) && !name.startsWith('requests.') && labelKey(`requests.${name}`).length === 0
}

function isFractional(name: string): boolean {
  return ['cpu', 'memory', 'storage', 'ephemeral-storage'].includes(name) || name.startsWith(HUGE_PAGES)
}

/** Processors and memory may be promised twice, what is extended may not. */
function canOvercommit(name: string): boolean {
  return !name.startsWith(HUGE_PAGES) && (!name.includes('/') || name.includes(DEFAULT_DOMAIN))
}

function compare(name: string, request: string, { requests, limits }: { requests: Field; limits: Field }): void {
  const limit: string | undefined = limits.value?.[name]
  if (limit === undefined) {
    if (!canOvercommit(name)) limits.required('Limit must be set for non overcommitable resources')
    return
  }
  const difference = compareQuantities(request, limit)
  if (difference !== 0 && !canOvercommit(name)) requests.invalid(`must be equal to ${name} limit of ${limit}`, request)
  else if (difference > 0) requests.invalid(`must be less than or equal to ${name} limit of ${limit}`, request)
}
