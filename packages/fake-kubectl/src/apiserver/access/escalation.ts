/**
 * Nobody grants what they do not hold: who writes a role must hold all its rules, who writes a binding all rules of its
 * role, or be allowed to `escalate` roles or `bind` them.
 * Source: pkg/registry/rbac/escalation_check.go, pkg/registry/rbac/{role,clusterrole,rolebinding}/policybased/storage.go.
 */
import { describeRule, uncovered, type PolicyRule } from '@mcp-lab/rbac'
import { builtIn } from '../../api/kinds/built-in.ts'
import { at, equal, type KubeObject } from '../../api/meta.ts'
import { ApiError, forbidden, notFound } from '../../api/status.ts'
import { ask } from './authorize.ts'
import { rulesOf, storedPolicy } from './policy.ts'
import { actor, type ResourceCall } from '../server.ts'

const GROUP = 'rbac.authorization.k8s.io'

/** @param previous what the write replaces, if anything. @throws ApiError 403; 404 for a binding to a role that is not there */
export function confirmNoEscalation(call: ResourceCall, object: KubeObject, previous?: KubeObject): void {
  const { type } = call
  if (type.group !== GROUP || actor(call).groups.includes('system:masters')) return
  if (previous && equal(withoutUpkeep(object), withoutUpkeep(previous))) return
  const isBinding = type.plural.endsWith('bindings')
  if (isBinding ? mayBind(call, object) : mayEscalate(call, object)) return
  confirmHeld(call, object, isBinding ? rulesBound(call, object) : rulesOf(object))
  if (object['aggregationRule']) confirmEverything(call, object)
}

/** Owners and finalizers grant nothing: the garbage collector may change them. */
function withoutUpkeep({ metadata, ...rest }: KubeObject): object {
  const { ownerReferences: _owners, finalizers: _finalizers, resourceVersion: _version, ...meta } = metadata
  const { kind: _kind, apiVersion: _apiVersion, ...fields } = rest
  return { ...fields, metadata: meta }
}

function mayEscalate(call: ResourceCall, { metadata: { name } }: KubeObject): boolean {
  return isAllowed(call, { verb: 'escalate', resource: call.type.plural, name })
}

function mayBind(call: ResourceCall, binding: KubeObject): boolean {
  const resource = at(binding, 'roleRef.kind') === 'Role' ? 'roles' : 'clusterroles'
  return isAllowed(call, { verb: 'bind', resource, name: String(at(binding, 'roleRef.name')) })
}

function isAllowed(call: ResourceCall, asked: { verb: string; resource: string; name: string }): boolean {
  const { namespace } = call.info
  return ask(call, actor(call), { apiGroup: GROUP, ...asked, ...(namespace && { namespace }) }).verdict === 'allow'
}

function rulesBound(call: ResourceCall, binding: KubeObject): PolicyRule[] {
  const isRole = at(binding, 'roleRef.kind') === 'Role'
  const type = builtIn(`${isRole ? 'roles' : 'clusterroles'}.${GROUP}`)
  const name = String(at(binding, 'roleRef.name') ?? '')
  const role = call.server.store.find(type, isRole ? call.info.namespace : '', name)
  if (!role) throw notFound(type, name)
  return rulesOf(role)
}

function confirmHeld(call: ResourceCall, object: KubeObject, wanted: readonly PolicyRule[]): void {
  const missing = lacking(call, wanted)
  if (missing.length > 0) throw refused(call, object, attempting(call, missing))
}

/** An aggregated role may come to hold anything. */
function confirmEverything(call: ResourceCall, object: KubeObject): void {
  const everything = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ]
  if (lacking(call, everything).length > 0)
    throw refused(call, object, 'must have cluster-admin privileges to use the aggregationRule')
}

function lacking(call: ResourceCall, wanted: readonly PolicyRule[]): PolicyRule[] {
  const { rules } = storedPolicy(call.server.store).held(actor(call), call.info.namespace)
  return uncovered(rules, wanted)
}

function attempting(call: ResourceCall, missing: readonly PolicyRule[]): string {
  const { user, groups } = actor(call)
  const quoted = groups.map((group) => JSON.stringify(group)).join(' ')
  const rules = [...new Set(missing.map(describeRule))].sort().join('\n')
  const said = `user ${JSON.stringify(user)} (groups=[${quoted}]) is attempting to grant RBAC permissions not currently held:\n${rules}`
  const { missingRoles } = storedPolicy(call.server.store).held(actor(call), call.info.namespace)
  return missingRoles.length > 0 ? `${said}; resolution errors: [${goList(missingRoles)}]` : said
}

/** Go's aggregate of errors: one in plain, several in brackets. */
function goList(texts: readonly string[]): string {
  const distinct = [...new Set(texts)]
  return distinct.length === 1 ? distinct[0]! : `[${distinct.join(', ')}]`
}

function refused({ type }: ResourceCall, { metadata }: KubeObject, why: string): ApiError {
  return forbidden(type, metadata.name, why)
}
