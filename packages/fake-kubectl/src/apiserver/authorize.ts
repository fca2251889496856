/**
 * May this user do that? system:masters always may; everybody else by the RBAC objects in the store. Asked before a
 * request's body is looked at, so that a refusal tells nothing about what exists.
 * Source: apiserver/pkg/endpoints/filters/authorization.go; texts recorded from 1.36.
 */
import {
  chain,
  policyFromObjects,
  rbacAuthorizer,
  type Attributes,
  type Authorizer,
  type Decision,
} from '@mcp-lab/rbac'
import { builtIn } from '../api/kinds/built-in.ts'
import { apiVersionOf, type ResourceType } from '../api/kinds/row.ts'
import { forbidden, forbiddenPath } from '../api/status.ts'
import type { Store } from '../store/store.ts'
import { actor, type Call, type User } from './server.ts'

const MASTERS = 'system:masters'
const RBAC_TYPES = ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map((plural) =>
  builtIn(`${plural}.rbac.authorization.k8s.io`),
)

/** @throws ApiError 403 with the real server's words */
export function authorize(call: Call): void {
  const { info } = call
  const { verb, group, resource, subresource, namespace, name, path } = info
  if (!info.isResource) return allow(call, actor(call), { verb, path })
  const optional = { ...(subresource && { subresource }), ...(namespace && { namespace }), ...(name && { name }) }
  allow(call, actor(call), { verb, apiGroup: group, resource, ...optional })
}

/** Asks the authorizer and notes its answer for the API log. @throws ApiError 403 */
export function allow(call: Call, user: User, question: Omit<Attributes, 'subject'>): void {
  const decision = decide(call.server.store, user, question)
  const verdict = decision.verdict === 'allow' ? 'allow' : 'forbid'
  call.annotations = { 'authorization.k8s.io/decision': verdict, 'authorization.k8s.io/reason': decision.reason }
  if (decision.verdict !== 'allow') throw refusal(user, question)
}

export function decide(store: Store, { user, groups }: User, question: Omit<Attributes, 'subject'>): Decision {
  return chain(masters, storedPolicy(store))({ subject: { user, groups }, ...question })
}

const masters: Authorizer = ({ subject }) =>
  subject.groups.includes(MASTERS)
    ? { verdict: 'allow', reason: `user is in group ${MASTERS}` }
    : { verdict: 'no-opinion', reason: `user is not in group ${MASTERS}` }

const compiled = new WeakMap<Store, { key: string; authorizer: Authorizer }>()

/** The policy is compiled again only when an RBAC object has changed. */
function storedPolicy(store: Store): Authorizer {
  const key = RBAC_TYPES.map((type) => store.changedAt(type)).join('/')
  const known = compiled.get(store)
  if (known?.key === key) return known.authorizer
  const objects = RBAC_TYPES.flatMap((type) => store.list(type).map((object) => typed(type, object)))
  const authorizer = rbacAuthorizer(policyFromObjects(objects))
  compiled.set(store, { key, authorizer })
  return authorizer
}

function typed(type: ResourceType, object: object): object {
  return { apiVersion: apiVersionOf(type), kind: type.kind, ...object }
}

function refusal(
  user: User,
  { verb, apiGroup = '', resource, subresource, namespace, name = '', path = '' }: Omit<Attributes, 'subject'>,
): Error {
  if (resource === undefined) return forbiddenPath(user.user, verb, path)
  const full = subresource ? `${resource}/${subresource}` : resource
  const scope = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
  const why = `User "${user.user}" cannot ${verb} resource "${full}" in API group "${apiGroup}" ${scope}`
  return forbidden({ group: apiGroup, plural: resource }, name, why)
}
