/**
 * The sentences of a decision. Resource questions, path questions and grants are worded exactly as Kubernetes words them,
 * so that an API server can print them after `pods "web" is forbidden: `.
 *
 * Source: Kubernetes `apiserver/pkg/endpoints/handlers/responsewriters/errors.go` (forbiddenMessage),
 * `pkg/registry/rbac/validation/rule.go` (the describers).
 */
import { questionOf } from './match.ts'
import type { Grant } from './resolve.ts'
import type { Attributes } from './types.ts'

/** `User "alice" cannot list resource "pods" in API group "" in the namespace "dev"`. */
export function describeRefusal(attributes: Attributes): string {
  const user = `User ${quoted(attributes.subject.user)}`
  switch (questionOf(attributes)) {
    case 'resource':
      return `${user} cannot ${attributes.verb} resource ${quoted(combinedResource(attributes))} in API group ${quoted(attributes.apiGroup ?? '')} ${scopeOf(attributes)}${throughTool(attributes)}`
    case 'path':
      return `${user} cannot ${attributes.verb} path ${quoted(attributes.path ?? '')}${throughTool(attributes)}`
    case 'tool':
      return `${user} cannot ${attributes.verb} tool ${quoted(attributes.tool ?? '')}`
    case 'malformed':
      return `${user} asked a malformed question: expected a verb and one of resource, path, or tool with the verb "call" or "approve"`
  }
}

/** `RoleBinding "readers/dev" of Role "reader" to User "alice"`; Kubernetes writes the name before the namespace. */
export function describeGrant({ binding, role, subject }: Grant): string {
  const namespace = subject.namespace || binding.namespace
  const to = subject.kind === 'ServiceAccount' ? `${subject.name}/${namespace}` : subject.name
  return `${describeBindingName(binding)} of ${role.kind} ${quoted(role.name)} to ${subject.kind} ${quoted(to)}`
}

/** `RoleBinding "readers" in namespace "dev"`, for people. */
export function describeBinding({ binding }: Pick<Grant, 'binding'>): string {
  if (binding.namespaceSelector) return `RoleBinding ${quoted(binding.name)} by its namespaceSelector`
  const where = binding.namespace ? ` in namespace ${quoted(binding.namespace)}` : ''
  return `${binding.kind} ${quoted(binding.name)}${where}`
}

/** `pods/log`, or `pods` when no subresource is asked for. */
export function combinedResource({ resource = '', subresource }: Attributes): string {
  return subresource ? `${resource}/${subresource}` : resource
}

function describeBindingName(binding: Grant['binding']): string {
  if (binding.namespaceSelector) return describeBinding({ binding })
  return `${binding.kind} ${quoted(binding.namespace ? `${binding.name}/${binding.namespace}` : binding.name)}`
}

function scopeOf({ namespace }: Attributes): string {
  return namespace ? `in the namespace ${quoted(namespace)}` : 'at the cluster scope'
}

function throughTool({ tool }: Attributes): string {
  return tool ? ` through tool ${quoted(tool)}` : ''
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
