/**
 * Does one rule allow one question? Kubernetes' five matchers (verb, apiGroup, resource, resourceName, nonResourceURL)
 * and our sixth, tool. It knows nothing of roles, bindings or subjects.
 *
 * Source: Kubernetes `plugin/pkg/auth/authorizer/rbac/rbac.go` (RuleAllows), `pkg/apis/rbac/v1/evaluation_helpers.go`.
 */
import { globMatchesAny } from './glob.ts'
import type { Attributes, PolicyRule } from './types.ts'

/** Whether this rule alone allows this question. A malformed question is allowed by no rule. */
export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  switch (questionOf(attributes)) {
    case 'resource':
      return (
        verbMatches(rule, attributes.verb) &&
        apiGroupMatches(rule, attributes.apiGroup ?? '') &&
        resourceMatches(rule, attributes) &&
        resourceNameMatches(rule, attributes.name ?? '') &&
        toolMatches(rule, attributes.tool)
      )
    case 'path':
      return (
        verbMatches(rule, attributes.verb) &&
        nonResourceUrlMatches(rule, attributes.path ?? '') &&
        toolMatches(rule, attributes.tool)
      )
    case 'tool':
      return namesTool(rule, attributes.tool ?? '') && allowsUse(rule, attributes.verb)
    case 'malformed':
      return false
  }
}

/** What is asked about: a resource, a URL path, or the use of a tool. More than one, or none, is malformed. */
export function questionOf(attributes: Attributes): 'resource' | 'path' | 'tool' | 'malformed' {
  if (attributes.verb === '') return 'malformed'
  if (attributes.resource !== undefined) {
    return attributes.resource === '' || attributes.path !== undefined ? 'malformed' : 'resource'
  }
  if (attributes.path !== undefined) return attributes.path === '' ? 'malformed' : 'path'
  return attributes.tool && isToolVerb(attributes.verb) ? 'tool' : 'malformed'
}

function verbMatches(rule: PolicyRule, verb: string): boolean {
  return rule.verbs.some((allowed) => allowed === '*' || allowed === verb)
}

function apiGroupMatches(rule: PolicyRule, apiGroup: string): boolean {
  return (rule.apiGroups ?? []).some((allowed) => allowed === '*' || allowed === apiGroup)
}

function resourceMatches(rule: PolicyRule, { resource = '', subresource }: Attributes): boolean {
  const combined = subresource ? `${resource}/${subresource}` : resource
  return (rule.resources ?? []).some(
    (allowed) => allowed === '*' || allowed === combined || (!!subresource && allowed === `*/${subresource}`),
  )
}

function resourceNameMatches(rule: PolicyRule, name: string): boolean {
  // An empty list means every name, as in Kubernetes; a list never matches a question without a name, such as a list.
  return !rule.resourceNames?.length || rule.resourceNames.includes(name)
}

function nonResourceUrlMatches(rule: PolicyRule, path: string): boolean {
  return (rule.nonResourceURLs ?? []).some(
    (allowed) => allowed === path || (allowed.endsWith('*') && path.startsWith(allowed.replace(/\*{1,99}$/, ''))),
  )
}

/** A rule without `tools` grants its resources to every question; one with them, only to questions through such a tool. */
function toolMatches(rule: PolicyRule, tool: string | undefined): boolean {
  return rule.tools === undefined || (tool !== undefined && namesTool(rule, tool))
}

function namesTool(rule: PolicyRule, tool: string): boolean {
  return globMatchesAny(rule.tools ?? [], tool)
}

/** What one may do with a tool: use it, and approve what others want to do through it. */
export const TOOL_VERBS: readonly string[] = ['call', 'approve']

function isToolVerb(verb: string): boolean {
  return TOOL_VERBS.includes(verb)
}

/** Who may read pods through a tool may use the tool, whatever the verbs are; but to approve is never implied. */
function allowsUse(rule: PolicyRule, verb: string): boolean {
  return grantsMoreThanTools(rule) ? verb === 'call' : verbMatches(rule, verb)
}

function grantsMoreThanTools(rule: PolicyRule): boolean {
  return !!rule.resources?.length || !!rule.nonResourceURLs?.length
}
