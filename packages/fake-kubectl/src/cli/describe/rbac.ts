/**
 * Roles and their bindings, of namespaces and clusters. Source: kubectl/pkg/describe/describe.go; kubectl/pkg/util/rbac.
 */
import { byBytes, goText, type Wire } from '../wire.ts'
import type { Description } from './description.ts'

export type Rule = { verbs: string[]; group: string[]; resource: string[]; name: string[]; url: string[] }

export function describeRole(text: Description, object: Wire): void {
  text.head(object, { namespaced: false })
  text.line(0, 'PolicyRule:')
  ruleTable(text, object.rules ?? [])
}

/** Rules, one resource a line, with all verbs on it. */
export function ruleTable(text: Description, rules: readonly Wire[]): void {
  const rows = compactedRules(rules).map((rule) => [
    resourceText(rule),
    goText(rule.url),
    goText(rule.name),
    goText(rule.verbs),
  ])
  text.table(1, ['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs'], rows)
}

/** `pods.apps/log`. */
export function resourceText({ resource: [resource], group: [group] }: Rule): string {
  if (resource === undefined) return ''
  const [name = '', subresource] = resource.split(/\/(.*)/s)
  return `${name}${group ? `.${group}` : ''}${subresource === undefined ? '' : `/${subresource}`}`
}

/** One rule a resource, with all its verbs, in kubectl's order. */
export function compactedRules(rules: readonly Wire[]): Rule[] {
  const found: Rule[] = []
  for (const rule of rules.flatMap(brokenDown)) {
    const same = rule.url.length === 0 && found.find((it) => it.url.length === 0 && subject(it) === subject(rule))
    if (!same) found.push(rule)
    else if (!same.verbs.includes(rule.verbs[0]!)) same.verbs.push(rule.verbs[0]!)
  }
  return found.sort((a, b) => byBytes(goForm(a), goForm(b)))
}

function subject({ group, resource, name }: Rule): string {
  return JSON.stringify([group, resource, name])
}

function brokenDown({
  verbs = [],
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: Wire): Rule[] {
  const names: string[][] = resourceNames.length === 0 ? [[]] : resourceNames.map((name: string) => [name])
  const onResources = apiGroups.flatMap((group: string) =>
    resources.flatMap((resource: string) =>
      verbs.flatMap((verb: string) =>
        names.map((name) => ({ verbs: [verb], group: [group], resource: [resource], name: [...name], url: [] })),
      ),
    ),
  )
  const onPaths = nonResourceURLs.flatMap((url: string) =>
    verbs.map((verb: string) => ({ verbs: [verb], group: [], resource: [], name: [], url: [url] })),
  )
  return [...onResources, ...onPaths]
}

/** The text kubectl sorts rules by: a Go struct's. */
function goForm({ verbs, group, resource, name, url }: Rule): string {
  return `&PolicyRule{Verbs:${goText(verbs)},APIGroups:${goText(group)},Resources:${goText(resource)},ResourceNames:${goText(name)},NonResourceURLs:${goText(url)},}`
}

export function describeBinding(text: Description, object: Wire): void {
  text.head(object, { namespaced: false })
  text.line(0, 'Role:')
  text.line(1, 'Kind:', object.roleRef.kind)
  text.line(1, 'Name:', object.roleRef.name)
  text.line(0, 'Subjects:')
  const rows = (object.subjects ?? []).map(({ kind, name, namespace = '' }: Wire) => [kind, name, namespace])
  text.table(1, ['Kind', 'Name', 'Namespace'], rows)
}
