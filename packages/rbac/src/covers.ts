/**
 * Do some rules grant at least what others grant? The question behind the rule that nobody can give away what they do not
 * hold. Each rule asked about is taken apart into its smallest grants, and each of those must stand in one held rule.
 *
 * Source: Kubernetes `component-helpers/auth/rbac/validation/policy_comparator.go` (Covers), `pkg/apis/rbac/v1/helpers.go`
 * (CompactString), `pkg/registry/rbac/validation/policy_compact.go`.
 */
import type { PolicyRule } from './types.ts'

/** @returns the smallest grants of `wanted` that `held` lacks, verbs of one resource together; none when all is held */
export function uncovered(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  const missing = wanted.flatMap(takenApart).filter((grant) => !held.some((rule) => holds(rule, grant)))
  return compacted(missing)
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`, as Kubernetes prints a rule. */
export function describeRule(rule: PolicyRule): string {
  const parts: [string, readonly string[] | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ]
  const said = parts.flatMap(([name, values = []]) =>
    values.length > 0 ? [`${name}:[${values.map((it) => JSON.stringify(it)).join(' ')}]`] : [],
  )
  return `{${said.join(', ')}}`
}

/** One group, one resource, one name at most, one verb; or one URL and one verb. */
function takenApart(rule: PolicyRule): PolicyRule[] {
  const names = rule.resourceNames?.length ? rule.resourceNames.map((name) => [name]) : [[]]
  const resources = each(rule.apiGroups, (apiGroup) =>
    each(rule.resources, (resource) =>
      names.flatMap((resourceNames) =>
        rule.verbs.map((verb) => ({
          apiGroups: [apiGroup],
          resources: [resource],
          ...(resourceNames.length > 0 && { resourceNames }),
          verbs: [verb],
        })),
      ),
    ),
  )
  const urls = each(rule.nonResourceURLs, (url) =>
    rule.verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] })),
  )
  return [...resources, ...urls]
}

function each<T>(values: readonly string[] | undefined, make: (value: string) => T[]): T[] {
  return (values ?? []).flatMap(make)
}

function holds(held: PolicyRule, grant: PolicyRule): boolean {
  return (
    hasAll(held.verbs, grant.verbs) &&
    hasAll(held.apiGroups, grant.apiGroups) &&
    (grant.resources ?? []).every((resource) => holdsResource(held.resources, resource)) &&
    (grant.nonResourceURLs ?? []).every((url) => holdsUrl(held.nonResourceURLs, url)) &&
    holdsNames(held.resourceNames, grant.resourceNames)
  )
}

function hasAll(held: readonly string[] = [], wanted: readonly string[] = []): boolean {
  return held.includes('*') || wanted.every((value) => held.includes(value))
}

function holdsResource(held: readonly string[] = [], resource: string): boolean {
  const [, subresource] = resource.split('/')
  return held.some((it) => it === '*' || it === resource || (subresource !== undefined && it === `*/${subresource}`))
}

function holdsUrl(held: readonly string[] = [], url: string): boolean {
  return held.some((it) => it === url || (it.endsWith('*') && url.startsWith(it.replace(/\*{1,99}$/, ''))))
}

/** No names mean every name: who holds some does not hold all. */
function holdsNames(held: readonly string[] = [], wanted: readonly string[] = []): boolean {
  if (held.length === 0) return true
  return wanted.length > 0 && wanted.every((name) => held.includes(name))
}

function compacted(grants: readonly PolicyRule[]): PolicyRule[] {
  const byResource = new Map<string, PolicyRule>()
  for (const grant of grants) {
    const { verbs, ...what } = grant
    const key = grant.nonResourceURLs ? JSON.stringify(grant) : JSON.stringify(what)
    byResource.set(key, { ...what, verbs: [...(byResource.get(key)?.verbs ?? []), ...verbs] })
  }
  return [...byResource.values()]
}
