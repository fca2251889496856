/**
 * May somebody do that? The questions of authorization.k8s.io, about oneself or about others, one or all at once. Nothing
 * is stored; the answer is the question with its status.
 * Source: pkg/registry/authorization/{subjectaccessreview,localsubjectaccessreview,selfsubjectaccessreview,
 * selfsubjectrulesreview}/rest.go; pkg/apis/authorization/validation.
 */
import { at, isFields, own, type Fields, type KubeObject } from '../../api/meta.ts'
import { badRequest, invalid, invalidValue, type FieldError } from '../../api/status.ts'
import { ask, type Question } from './authorize.ts'
import { storedPolicy } from './policy.ts'
import { actor, type ResourceCall, type User } from '../server.ts'

export function subjectAccess(call: ResourceCall, sent: KubeObject): KubeObject {
  const spec = specOf(sent)
  refuseInvalid(call, [...questionFaults(spec), ...subjectFaults(spec)])
  return answered(call, sent, subjectOf(spec))
}

/** About others, in one namespace: for whoever may ask in that one alone. */
export function localSubjectAccess(call: ResourceCall, sent: KubeObject): KubeObject {
  const spec = specOf(sent)
  const { namespace } = call.info
  const asked = own(fieldsOf(spec['resourceAttributes']), 'namespace')
  if (asked !== namespace) {
    throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`)
  }
  refuseInvalid(call, [...questionFaults(spec), ...subjectFaults(spec)])
  return answered(call, sent, subjectOf(spec))
}

export function selfSubjectAccess(call: ResourceCall, sent: KubeObject): KubeObject {
  refuseInvalid(call, questionFaults(specOf(sent)))
  return answered(call, sent, actor(call))
}

/** All one may do in a namespace: `kubectl auth can-i --list`. */
export function selfSubjectRules(call: ResourceCall, sent: KubeObject): KubeObject {
  const namespace = text(specOf(sent), 'namespace')
  if (namespace === '') throw badRequest('no namespace on request')
  const { rules, missingRoles } = storedPolicy(call.server.store).held(actor(call), namespace)
  const distinct = [...new Set(missingRoles)]
  const evaluationError = distinct.length > 1 ? `[${distinct.join(', ')}]` : distinct[0]
  const ofUrls = rules.filter(({ nonResourceURLs }) => nonResourceURLs?.length)
  const ofResources = rules.filter(({ resources }) => resources?.length)
  const status = {
    resourceRules: ofResources.map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs,
      apiGroups,
      resources,
      ...(resourceNames && { resourceNames }),
    })),
    nonResourceRules: ofUrls.map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: evaluationError !== undefined,
    ...(evaluationError !== undefined && { evaluationError }),
  }
  return { metadata: {} as KubeObject['metadata'], spec: {}, status }
}

function answered(call: ResourceCall, sent: KubeObject, user: User): KubeObject {
  const decision = ask(call, user, questionOf(specOf(sent)))
  const allowed = decision.verdict === 'allow'
  const reason = allowed ? decision.reason : decision.unresolved
  return { metadata: sent.metadata, spec: sent['spec'], status: { allowed, ...(reason && { reason }) } }
}

function questionOf(spec: Fields): Question {
  const path = spec['nonResourceAttributes']
  if (isFields(path)) return { verb: text(path, 'verb'), path: text(path, 'path') }
  const asked = fieldsOf(spec['resourceAttributes'])
  const optional = ['subresource', 'namespace', 'name'].filter((field) => text(asked, field) !== '')
  return {
    verb: text(asked, 'verb'),
    apiGroup: text(asked, 'group'),
    resource: text(asked, 'resource'),
    ...Object.fromEntries(optional.map((field) => [field, text(asked, field)])),
  }
}

function subjectOf(spec: Fields): User {
  const groups = Array.isArray(spec['groups']) ? spec['groups'].map(String) : []
  return { user: text(spec, 'user'), groups, uid: text(spec, 'uid') }
}

function questionFaults(spec: Fields): FieldError[] {
  const [resource, path] = [spec['resourceAttributes'], spec['nonResourceAttributes']].map((it) => isFields(it))
  if (resource && path) {
    const why = 'cannot be specified in combination with resourceAttributes'
    return [invalidValue('spec.nonResourceAttributes', spec['nonResourceAttributes'], why)]
  }
  if (resource || path) return []
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
  return [invalidValue('spec.resourceAttributes', null, why)]
}

function subjectFaults(spec: Fields): FieldError[] {
  if (text(spec, 'user') !== '' || (Array.isArray(spec['groups']) && spec['groups'].length > 0)) return []
  return [invalidValue('spec.user', '', 'at least one of user or group must be specified')]
}

function refuseInvalid({ type }: ResourceCall, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(type.kind, type.group, '', errors)
}

function specOf(sent: KubeObject): Fields {
  return fieldsOf(at(sent, 'spec'))
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

function text(fields: Fields, name: string): string {
  const value = own(fields, name)
  return typeof value === 'string' ? value : ''
}
