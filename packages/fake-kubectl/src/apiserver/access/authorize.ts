/**
 * May this user do that? system:masters always may; everybody else by the RBAC objects in the store. Asked before a
 * request's body is looked at, so that a refusal tells nothing about what exists.
 * Source: apiserver/pkg/endpoints/filters/authorization.go; texts recorded from 1.36.
 */
import { chain, type Attributes, type Authorizer, type Decision } from '@mcp-lab/rbac'
import { forbidden, forbiddenPath } from '../../api/status.ts'
import { storedPolicy } from './policy.ts'
import type { RequestInfo } from '../request-info.ts'
import { actor, type Call, type User } from '../server.ts'

/** What is asked of the authorizer, without who asks. */
export type Question = Omit<Attributes, 'subject'>

const MASTERS = 'system:masters'

/** Asks the authorizer and notes its answer for the API log. @throws ApiError 403 with the real server's words */
export function authorize(call: Call): void {
  const question = questionOf(call.info)
  const decision = ask(call, actor(call), question)
  const verdict = decision.verdict === 'allow' ? 'allow' : 'forbid'
  call.annotations = { 'authorization.k8s.io/decision': verdict, 'authorization.k8s.io/reason': decision.reason }
  if (decision.verdict !== 'allow') throw refusal(actor(call), question, decision.unresolved)
}

/** A request as a question. */
export function questionOf({
  isResource,
  verb,
  group,
  resource,
  subresource,
  namespace,
  name,
  path,
}: RequestInfo): Question {
  if (!isResource) return { verb, path }
  const optional = { ...(subresource && { subresource }), ...(namespace && { namespace }), ...(name && { name }) }
  return { verb, apiGroup: group, resource, ...optional }
}

export function ask({ server }: Pick<Call, 'server'>, { user, groups }: User, question: Question): Decision {
  return chain(masters, storedPolicy(server.store).authorizer)({ subject: { user, groups }, ...question })
}

const masters: Authorizer = ({ subject }) =>
  subject.groups.includes(MASTERS) ? { verdict: 'allow', reason: '' } : { verdict: 'no-opinion', reason: '' }

/** @param why what kept the authorizer from knowing better, if anything */
export function refusal(user: User, question: Question, why = ''): Error {
  const { verb, apiGroup = '', resource, subresource, namespace, name = '', path = '' } = question
  if (resource === undefined) return forbiddenPath(user.user, verb, path)
  const full = subresource ? `${resource}/${subresource}` : resource
  const scope = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
  const text = `User "${user.user}" cannot ${verb} resource "${full}" in API group "${apiGroup}" ${scope}`
  return forbidden({ group: apiGroup, plural: resource }, name, escaped(text) + (why && `: ${why}`))
}

/** The real server lets no error look like HTML. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
