/**
 * What would have been enough for a whole session? From the rows of an audit log, the smallest roles under which the same
 * calls would have been allowed, and no other question of this kind: for a person who wants to give an agent no more than it
 * needs. Nothing here grants anything.
 */
import { combinedResource } from './describe.ts'
import type { Attributes, PolicyRule } from './types.ts'

/** A row of an audit log, as far as it matters here: which tool, what it asked of the cluster, and whether it was allowed. */
export type SessionRow = {
  readonly tool: string
  readonly asked: readonly Omit<Attributes, 'subject' | 'tool'>[]
  readonly decision: { readonly verdict: string } | null
}

export type MinimalRoleOptions = {
  /** Of the roles. */
  readonly name: string
  /** `mcp-lab/v1` ties each rule to the tools that used it, and so grants their use; Kubernetes' own knows no tools. */
  readonly apiVersion?: 'mcp-lab/v1' | 'rbac.authorization.k8s.io/v1'
  /** Whether rules name the objects that were asked for, or all of their kind; `true` unless said otherwise. */
  readonly resourceNames?: boolean
}

/** As in a policy file: a Role for each namespace, a ClusterRole for what has none. */
export type RoleManifest = {
  readonly apiVersion: string
  readonly kind: 'Role' | 'ClusterRole'
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules: readonly PolicyRule[]
}

/**
 * The smallest roles that a session needed. What was refused counts for nothing.
 *
 * @returns the ClusterRole first, then the Roles by namespace; none when nothing was allowed
 */
export function minimalRole(rows: Iterable<SessionRow>, options: MinimalRoleOptions): RoleManifest[] {
  const { name, apiVersion = 'mcp-lab/v1' } = options
  const grants = [...rows]
    .filter(({ decision }) => decision?.verdict === 'allow')
    .flatMap((row) => grantsOf(row, options))
  const places = [...new Set(grants.map(({ namespace }) => namespace))].toSorted()
  return places.map((namespace) => ({
    apiVersion,
    kind: namespace === '' ? 'ClusterRole' : 'Role',
    metadata: { name, ...(namespace !== '' && { namespace }) },
    rules: rulesOf(grants.filter((grant) => grant.namespace === namespace)),
  }))
}

/** One verb on one thing, through one tool. */
type Grant = {
  /** `''` for what has none. */
  readonly namespace: string
  readonly verb: string
  readonly apiGroup?: string
  readonly resource?: string
  readonly objectName?: string
  readonly url?: string
  readonly tool?: string
}

function grantsOf({ tool, asked }: SessionRow, { apiVersion, resourceNames = true }: MinimalRoleOptions): Grant[] {
  const isOurs = apiVersion !== 'rbac.authorization.k8s.io/v1'
  const through = isOurs ? { tool } : {}
  const needs = asked.map((need): Grant => {
    if (need.path !== undefined) return { namespace: '', verb: need.verb, url: need.path, ...through }
    return {
      namespace: need.namespace ?? '',
      verb: need.verb,
      apiGroup: need.apiGroup ?? '',
      resource: combinedResource(need as Attributes),
      ...(resourceNames && need.name && { objectName: need.name }),
      ...through,
    }
  })
  // Who may ask something through a tool may use it.
  return isOurs && needs.length === 0 ? [{ namespace: '', verb: 'call', tool }] : needs
}

/**
 * Rules multiply: each verb for each resource, name and tool. So two grants become one rule only where they differ in one of
 * them, and what is for all objects of a kind needs no name.
 */
function rulesOf(grants: readonly Grant[]): PolicyRule[] {
  const forAll = new Set(grants.filter((it) => it.objectName === undefined).map((it) => keyOf(it)))
  const needed = grants.filter((it) => it.objectName === undefined || !forAll.has(keyOf(it)))
  let rules = unique(needed.map(ruleOf))
  for (const field of ['tools', 'resourceNames', 'verbs', 'resources', 'nonResourceURLs'] as const)
    rules = merged(rules, field)
  return rules.toSorted((a, b) => compare(JSON.stringify(a), JSON.stringify(b)))
}

function keyOf({ verb, apiGroup, resource, tool }: Grant): string {
  return JSON.stringify([verb, apiGroup, resource, tool])
}

function ruleOf({ verb, apiGroup, resource, objectName, url, tool }: Grant): PolicyRule {
  return {
    verbs: [verb],
    ...(resource !== undefined && { apiGroups: [apiGroup ?? ''], resources: [resource] }),
    ...(objectName !== undefined && { resourceNames: [objectName] }),
    ...(url !== undefined && { nonResourceURLs: [url] }),
    ...(tool !== undefined && { tools: [tool] }),
  }
}

/** Rules that are equal but for one field become one, with all of its values. */
function merged(rules: readonly PolicyRule[], field: keyof PolicyRule): PolicyRule[] {
  const groups = new Map<string, PolicyRule[]>()
  for (const rule of rules) {
    const rest = JSON.stringify({ ...rule, [field]: rule[field] && [] })
    groups.set(rest, [...(groups.get(rest) ?? []), rule])
  }
  return [...groups.values()].map(([first, ...others]) => {
    if (others.length === 0 || !first![field]) return first!
    const values = [first!, ...others].flatMap((rule) => rule[field] ?? [])
    return { ...first!, [field]: [...new Set(values)].toSorted() }
  })
}

function unique(rules: readonly PolicyRule[]): PolicyRule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
